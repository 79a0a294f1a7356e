using Gateway.Registry;
using Gateway.Telemetry;

namespace Gateway.Delivery;

/// <summary>
/// Writes to its share of the connections. A connection belongs to one worker, so its messages keep the order in which they were
/// added here. What is added while a round is written is joined, once per target, in the next one: under load rounds grow and
/// the cost per message falls.
/// </summary>
internal sealed partial class FanoutWorker(int index, GatewayMetrics metrics, ILogger logger) : IThreadPoolWorkItem
{
    /// <summary>
    /// Deliveries that the caller of <see cref="Flush"/>, usually the bus's reader, makes itself. Up to this count a thread switch costs more
    /// than it gains (load test, many-rooms: 13.4 against 11.0 µs per delivery), and the caller is delayed by less than half a millisecond.
    /// </summary>
    private const int MaxInline = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Members, TargetBatch> _open = [];
    private readonly List<TargetBatch> _round = [];
    private readonly Stack<TargetBatch> _spare = new();
    private List<(Members Members, RenderedMessage Message)> _arriving = [];
    private List<(Members Members, RenderedMessage Message)> _taken = [];
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

        if (isSmall) WriteRound();
        if (!isSmall || HasMore()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        while (TakeArrived()) WriteRound();
    }

    private bool TakeArrived()
    {
        lock (_gate)
        {
            TakeArrived_NeedsLock();
            return _running = _taken.Count > 0;
        }
    }

    private void TakeArrived_NeedsLock()
    {
        (_arriving, _taken) = (_taken, _arriving);
        _deliveries = 0;
    }

    private bool HasMore()
    {
        lock (_gate) return _running = _arriving.Count > 0;
    }

    private void WriteRound()
    {
        Group();
        foreach (var batch in _round) Write(batch);
        Clear();
    }

    /// <summary>Orders targets by their first message, and messages of a target by arrival.</summary>
    private void Group()
    {
        foreach (var (members, message) in _taken)
        {
            if (!_open.TryGetValue(members, out var batch))
            {
                batch = _spare.TryPop(out var spare) ? spare : new TargetBatch();
                batch.Begin(members);
                _open.Add(members, batch);
                _round.Add(batch);
            }

            batch.Add(message);
        }
    }

    /// <summary>An exception in a thread pool work item ends the process, so the messages of one target are given up instead.</summary>
    private void Write(TargetBatch batch)
    {
        try
        {
            metrics.Delivered(batch.Write(index));
        }
        catch (Exception e)
        {
            Log.WriteFailed(logger, e);
        }
    }

    private void Clear()
    {
        foreach (var batch in _round)
        {
            batch.Clear();
            if (_spare.Count < 64) _spare.Push(batch);
        }

        _round.Clear();
        _open.Clear();
        _taken.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(3300, LogLevel.Error, "Delivering the messages of one target failed; other targets are not affected")]
        public static partial void WriteFailed(ILogger logger, Exception exception);
    }
}
