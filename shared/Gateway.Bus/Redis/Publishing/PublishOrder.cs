namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Keeps the order of calls while some of them are repeated: a repeated call registers under its number, and every call that is
/// registered waits until those with smaller numbers have left and no call outside the queue is in flight, because that may register
/// before it. Without a repetition it costs two interlocked operations.
/// </summary>
internal sealed class PublishOrder
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, TaskCompletionSource> _queue = [];
    private int _count;
    private int _inFlight;

    public bool IsClear => Volatile.Read(ref _count) == 0;

    /// <summary>Begins a call outside the queue, which must register before it ends if it is to be repeated. False: calls are queued.</summary>
    public bool TryBegin()
    {
        if (!IsClear) return false;
        Interlocked.Increment(ref _inFlight);
        // Either this call sees the one that has just registered, or that one waits for this call.
        if (IsClear) return true;
        End();
        return false;
    }

    /// <summary>Ends a call that <see cref="TryBegin"/> began.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _inFlight) > 0 || IsClear) return;
        lock (_gate) Grant_NeedsLock();
    }

    /// <summary>Takes the position of this call; from now on later calls queue behind it.</summary>
    public void Register(long number)
    {
        lock (_gate)
        {
            _queue.Add(number, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Volatile.Write(ref _count, _queue.Count);
        }
    }

    /// <summary>Completes when all calls with smaller numbers have left and none is in flight outside the queue.</summary>
    public Task WaitAsync(long number, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Grant_NeedsLock();
            return _queue[number].Task.WaitAsync(cancellation);
        }
    }

    public void Leave(long number)
    {
        lock (_gate)
        {
            _queue.Remove(number);
            Volatile.Write(ref _count, _queue.Count);
            Grant_NeedsLock();
        }
    }

    private void Grant_NeedsLock()
    {
        // The write of the count must be seen before the read of the calls in flight.
        Interlocked.MemoryBarrier();
        if (_queue.Count > 0 && Volatile.Read(ref _inFlight) == 0) _queue.First().Value.TrySetResult();
    }
}
