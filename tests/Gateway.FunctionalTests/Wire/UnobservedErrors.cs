namespace Gateway.FunctionalTests.Wire;

/// <summary>Exceptions of tasks that were not awaited, from now to the end of the test.</summary>
internal sealed class UnobservedErrors : IDisposable
{
    private readonly List<Exception> _faults = [];

    public UnobservedErrors() => TaskScheduler.UnobservedTaskException += Note;

    /// <summary>All there are: what is garbage is finalized first, since only then a task complains.</summary>
    public IReadOnlyList<Exception> Collect()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        lock (_faults) return [.. _faults];
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        lock (_faults) _faults.Add(e.Exception);
    }
}
