namespace Gateway.Bus.Recovery;

/// <summary>Work that a caller who must not wait leaves to the thread pool; its end is awaited when the process stops.</summary>
internal sealed class BackgroundWork(RecoveryLog log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _isStopped;

    /// <summary>The number of calls that have not ended.</summary>
    public int Running
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    /// <summary>Runs the work on the thread pool; does nothing once this object is disposed.</summary>
    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            // It cannot end before it is in the set, since it takes the lock to leave it.
            Task? task = null;
            task = Task.Run(async () =>
            {
                await RunAsync(work);
                lock (_gate) _running.Remove(task!);
            });
            _running.Add(task);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (_isStopped) return;
            _isStopped = true;
            running = [.. _running];
        }

        await _stop.CancelAsync();
        await Task.WhenAll(running);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The process stops, and its connections with it.
        }
        catch (Exception e)
        {
            log.Failed(e);
        }
    }
}
