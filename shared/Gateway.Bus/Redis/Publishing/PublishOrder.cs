namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Keeps the order of calls while some of them are retried: a retried call registers under its number, and every call that is
/// registered waits until those with smaller numbers have left. Without a retry it costs one read.
/// </summary>
internal sealed class PublishOrder
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, TaskCompletionSource> _queue = [];
    private int _count;

    public bool IsClear => Volatile.Read(ref _count) == 0;

    /// <summary>Takes the position of this call; from now on later calls queue behind it.</summary>
    public void Register(long number)
    {
        lock (_gate)
        {
            _queue.Add(number, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _count = _queue.Count;
        }
    }

    /// <summary>Completes when all calls with smaller numbers have left.</summary>
    public Task WaitAsync(long number, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var turn = _queue[number];
            if (_queue.First().Key == number) turn.TrySetResult();
            return turn.Task.WaitAsync(cancellation);
        }
    }

    public void Leave(long number)
    {
        lock (_gate)
        {
            _queue.Remove(number);
            _count = _queue.Count;
            if (_count > 0) _queue.First().Value.TrySetResult();
        }
    }
}
