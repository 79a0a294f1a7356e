using Gateway.Registry;
using Gateway.Telemetry;

namespace Gateway.Delivery;

/// <summary>
/// Writes to its share of the connections. A connection belongs to one worker, and the messages of one target are written in the
/// order in which they were added here. Targets take turns: a target with many receivers is written in slices, and messages of
/// other targets that arrive meanwhile are written between two slices.
/// </summary>
internal sealed partial class FanoutWorker(int index, GatewayMetrics metrics, ILogger logger) : IThreadPoolWorkItem
{
    /// <summary>
    /// Deliveries that the caller of <see cref="Flush"/>, usually the bus's reader, makes itself. Up to this count a thread switch costs more
    /// than it gains (load test, many-rooms: 13.4 against 11.0 µs per delivery), and the caller is delayed by less than half a millisecond.
    /// </summary>
    private const int MaxInline = 32;

    /// <summary>Writes to one target before another one has its turn: about half a millisecond (load test, mixed).</summary>
    private const int SliceWrites = 64;

    /// <summary>Writes before the thread goes back to the pool, whose threads also run the receive loops.</summary>
    private const int MaxWritesPerRun = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<Members, TargetQueue> _queues = [];
    private readonly Queue<TargetQueue> _new = new();
    private readonly Queue<TargetQueue> _unfinished = new();
    private readonly Stack<TargetQueue> _spare = new();
    private List<(Members Members, RenderedMessage Message)> _arriving = [];
    private List<(Members Members, RenderedMessage Message)> _taken = [];
    private TaskCompletionSource? _idle;
    private int _deliveries;
    private bool _running;

    public int Index => index;

    public void Add(Members members, RenderedMessage message, int receivers)
    {
        lock (_gate)
        {
            _arriving.Add((members, message));
            _deliveries += receivers;
        }
    }

    /// <summary>Starts writing what was added: few deliveries on the caller's thread, many on the thread pool's.</summary>
    public void Flush()
    {
        bool isSmall;
        lock (_gate)
        {
            if (_running || _arriving.Count == 0) return;
            _running = true;
            isSmall = _deliveries <= MaxInline;
            if (isSmall) TakeArrived_NeedsLock();
        }

        if (isSmall) WriteNew();
        if (!isSmall || !TryEndRun()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Completes when nothing is left to write.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (!_running && _arriving.Count == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    public void Execute()
    {
        for (var writes = 0; writes < MaxWritesPerRun;)
        {
            lock (_gate) TakeArrived_NeedsLock();
            var written = WriteNew();

            // At least as much as for new targets: a flood of small ones must not stop the large ones.
            written += WriteUnfinished(Math.Max(SliceWrites, written));
            writes += written;
            if (_unfinished.Count == 0 && TryEndRun()) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void TakeArrived_NeedsLock()
    {
        (_arriving, _taken) = (_taken, _arriving);
        _deliveries = 0;
    }

    private bool TryEndRun()
    {
        lock (_gate)
        {
            if (_arriving.Count > 0 || _unfinished.Count > 0) return false;
            _running = false;
            _idle?.SetResult();
            _idle = null;
            return true;
        }
    }

    /// <summary>Sorts what arrived into the queues of its targets and gives each new queue one slice, in the order of arrival; returns the number of writes.</summary>
    private int WriteNew()
    {
        foreach (var (members, message) in _taken)
        {
            if (!_queues.TryGetValue(members, out var queue))
            {
                queue = _spare.TryPop(out var spare) ? spare : new TargetQueue();
                queue.Begin(members);
                _queues.Add(members, queue);
                _new.Enqueue(queue);
            }

            queue.Add(message);
        }

        _taken.Clear();
        var writes = 0;
        while (_new.TryDequeue(out var queue)) writes += WriteSlice(queue);
        return writes;
    }

    private int WriteUnfinished(int limit)
    {
        var writes = 0;
        while (writes < limit && _unfinished.TryDequeue(out var queue)) writes += WriteSlice(queue);
        return writes;
    }

    private int WriteSlice(TargetQueue queue)
    {
        var writes = 0;
        try
        {
            writes = queue.Write(index, SliceWrites, out var deliveries);
            metrics.Delivered(deliveries);
        }
        catch (Exception e)
        {
            // An exception in a thread pool work item ends the process, so the waiting messages of one target are dropped instead.
            Log.WriteFailed(logger, e);
            queue.Clear();
        }

        if (queue.IsEmpty) Recycle(queue);
        else _unfinished.Enqueue(queue);
        return writes;
    }

    private void Recycle(TargetQueue queue)
    {
        _queues.Remove(queue.Members);
        queue.End();
        if (_spare.Count < 64) _spare.Push(queue);
    }

    private static partial class Log
    {
        [LoggerMessage(3300, LogLevel.Error, "Delivering the messages of one target failed; other targets are not affected")]
        public static partial void WriteFailed(ILogger logger, Exception exception);
    }
}
