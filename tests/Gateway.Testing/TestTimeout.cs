using System.Diagnostics;
using System.Globalization;

namespace Gateway.Testing;

/// <summary>
/// The one time limit of all waits: how long a test waits for something that must happen before it calls it missing.
/// A slow machine raises it with <c>TEST_TIMEOUT_SECONDS</c>.
/// </summary>
internal static class TestTimeout
{
    private const double DefaultSeconds = 30;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("TEST_TIMEOUT_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : DefaultSeconds);

    /// <summary>Waits until the condition holds; the text completes "waited in vain for …".</summary>
    public static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Poll);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit) throw Missing(what, null);
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits for the task's end, within the limit.</summary>
    public static async Task For(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException e) when (!task.IsCompleted)
        {
            throw Missing(what, e);
        }
    }

    public static async Task<T> For<T>(Task<T> task, string what)
    {
        await For((Task)task, what);
        return await task;
    }

    private static TimeoutException Missing(string what, Exception? inner) => new($"waited {Limit.TotalSeconds} s in vain for {what}", inner);
}
