using Gateway.Registry;
using Gateway.Telemetry;

namespace Gateway.Delivery;

/// <summary>
/// One of the loops that write. Each owns a share of the connections, so a connection's messages keep the order in which they were
/// added here. What arrives while a round is written waits and is joined, once per target, for the next: under load rounds grow and
/// the cost per message falls.
/// </summary>
internal sealed partial class FanoutLane(int index, GatewayMetrics metrics, ILogger logger) : IThreadPoolWorkItem
{
    /// <summary>
    /// Deliveries that the caller, the bus's reader mostly, makes itself: up to here waking a worker costs more than it gains (13.4 against 11.0 µs per
    /// delivery to rooms of five), and the caller is away for less than half a millisecond.
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

    /// <summary>Sees to it that what was added goes out: a little at once, on the caller's thread, much on the pool's.</summary>
    public void Flush()
    {
        bool isLittle;
        lock (_gate)
        {
            if (_running || _arriving.Count == 0) return;
            _running = true;
            isLittle = _deliveries <= MaxInline;
            if (isLittle) Take_NeedsLock();
        }

        if (isLittle) WriteRound();
        if (!isLittle || HasMore()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        while (TakeArrived()) WriteRound();
    }

    private void WriteRound()
    {
        Group();
        foreach (var batch in _round) Write(batch);
        Clear();
    }

    /// <summary>An exception here would end the process, and with it everybody's connection: one target's round is the smaller loss.</summary>
    private void Write(TargetBatch batch)
    {
        try
        {
            metrics.Delivered(batch.Write(index));
        }
        catch (Exception e)
        {
            Log.RoundFailed(logger, e);
        }
    }

    private bool TakeArrived()
    {
        lock (_gate)
        {
            Take_NeedsLock();
            return _running = _taken.Count > 0;
        }
    }

    private void Take_NeedsLock()
    {
        (_arriving, _taken) = (_taken, _arriving);
        _deliveries = 0;
    }

    private bool HasMore()
    {
        lock (_gate) return _running = _arriving.Count > 0;
    }

    /// <summary>Targets in the order of their first message, messages of a target in the order of arrival.</summary>
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
}
