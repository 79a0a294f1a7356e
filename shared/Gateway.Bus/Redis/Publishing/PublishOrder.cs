namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Keeps the order of calls while some of them are repeated. A repeated call registers under its number; registered calls are sent in the
/// order of their numbers, each behind the one before and not only after its reply. None is sent while a call outside the queue is in
/// flight, because that may have to register before it. Without a repetition it costs two interlocked operations.
/// </summary>
internal sealed class PublishOrder
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Entry> _queue = [];
    private int _count;
    private int _inFlight;
    private int _sent;

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
            _queue.Add(number, new Entry());
            Volatile.Write(ref _count, _queue.Count);
        }
    }

    /// <summary>Completes when the calls with smaller numbers were sent or have left, and none is in flight outside the queue.</summary>
    /// <param name="number">A registered call.</param>
    /// <param name="needsQuiet">Whether the calls sent from the queue must have ended too. Asked when it is the call's turn.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task WaitAsync(long number, Func<bool> needsQuiet, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var entry = _queue[number];
            entry.NeedsQuiet = needsQuiet;
            Grant_NeedsLock();
            return entry.Turn.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>The call whose turn it is was sent: it leaves the queue, and must register again before <see cref="EndSent"/> if it is to be repeated.</summary>
    public void Sent(long number)
    {
        lock (_gate)
        {
            _sent++;
            Remove_NeedsLock(number);
        }
    }

    /// <summary>Ends a call that was sent from the queue.</summary>
    public void EndSent()
    {
        lock (_gate)
        {
            _sent--;
            Grant_NeedsLock();
        }
    }

    /// <summary>The call is not repeated any more.</summary>
    public void Leave(long number)
    {
        lock (_gate) Remove_NeedsLock(number);
    }

    private void Remove_NeedsLock(long number)
    {
        _queue.Remove(number);
        Volatile.Write(ref _count, _queue.Count);
        Grant_NeedsLock();
    }

    private void Grant_NeedsLock()
    {
        // The write of the count must be seen before the read of the calls in flight.
        Interlocked.MemoryBarrier();
        if (_queue.Count == 0 || Volatile.Read(ref _inFlight) > 0) return;
        var first = _queue.First().Value;
        if (first.NeedsQuiet is { } needsQuiet && (_sent == 0 || !needsQuiet())) first.Turn.TrySetResult();
    }

    private sealed class Entry
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null until the call waits.</summary>
        public Func<bool>? NeedsQuiet { get; set; }
    }
}
