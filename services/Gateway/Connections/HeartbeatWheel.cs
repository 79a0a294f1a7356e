using Microsoft.Extensions.Options;

namespace Gateway.Connections;

/// <summary>
/// One timer for all connections: a ring of slots of one second, each a linked list, so that a connection costs two references and
/// nothing runs for it until something is due.
/// </summary>
internal sealed class HeartbeatWheel : BackgroundService
{
    private const int Slots = 128;

    /// <summary>The slot of an entry whose connection has ended: a visit that is running must not schedule it again.</summary>
    private const int Retired = -2;

    internal const int Unscheduled = -1;

    private readonly Liveness?[] _slots = new Liveness?[Slots];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly DateTimeOffset _startedAt;
    private readonly List<Liveness> _due = [];
    private int _now;

    public HeartbeatWheel(IOptions<HeartbeatOptions> heartbeat, IOptions<ConnectionOptions> connections, TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        _startedAt = time.GetUtcNow();
        Interval = Seconds(heartbeat.Value.Interval);
        Timeout = Seconds(heartbeat.Value.EffectiveTimeout);
        MessageDeadline = connections.Value.MessageDeadlineSeconds is > 0 and var deadline ? deadline : int.MaxValue / 2;
        CloseSeconds = connections.Value.CloseSeconds;
        WriteTimeout = connections.Value.WriteTimeoutSeconds;
    }

    /// <summary>Seconds since the start, as of the last tick: a clock that costs one read.</summary>
    public int Now => Volatile.Read(ref _now);

    public int Interval { get; }

    public int Timeout { get; }

    public int MessageDeadline { get; }

    public int CloseSeconds { get; }

    public int WriteTimeout { get; }

    /// <summary>The first tick at or after a time of day.</summary>
    public int SecondsAt(DateTimeOffset time)
    {
        var seconds = Math.Ceiling((time - _startedAt).TotalSeconds);
        return seconds >= Liveness.Never ? Liveness.Never : (int)Math.Max(seconds, 0);
    }

    /// <summary>Schedules a visit at <paramref name="due"/>, or earlier when that is more than one turn of the wheel away.</summary>
    public void Schedule(Liveness entry, int due)
    {
        lock (_gate)
        {
            if (entry.Slot == Retired) return;
            Unlink(entry);
            Link(entry, due);
        }
    }

    public void Remove(Liveness entry)
    {
        lock (_gate)
        {
            Unlink(entry);
            entry.Slot = Retired;
        }
    }

    /// <summary>Visits all entries that are due.</summary>
    public void Tick()
    {
        var now = (int)_time.GetElapsedTime(_started).TotalSeconds;
        while (_now < now)
        {
            lock (_gate)
            {
                Volatile.Write(ref _now, _now + 1);
                TakeSlot(_now % Slots);
            }

            foreach (var entry in _due)
            {
                var next = entry.Visit(_now);
                if (next != Liveness.Never) ScheduleAgain(entry, next);
            }

            _due.Clear();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Tick();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>After a visit. An entry that was scheduled while the visit ran stays where it is.</summary>
    private void ScheduleAgain(Liveness entry, int due)
    {
        lock (_gate)
        {
            if (entry.Slot == Unscheduled) Link(entry, due);
        }
    }

    private void Link(Liveness entry, int due)
    {
        var slot = Math.Clamp(due, _now + 1, _now + Slots - 1) % Slots;
        entry.Slot = slot;
        entry.Next = _slots[slot];
        if (entry.Next is not null) entry.Next.Previous = entry;
        _slots[slot] = entry;
    }

    private void TakeSlot(int slot)
    {
        while (_slots[slot] is { } entry)
        {
            Unlink(entry);
            _due.Add(entry);
        }
    }

    private void Unlink(Liveness entry)
    {
        if (entry.Slot < 0) return;
        if (entry.Previous is null) _slots[entry.Slot] = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is not null) entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.Slot = Unscheduled;
    }

    private static int Seconds(TimeSpan span) => (int)Math.Ceiling(span.TotalSeconds);
}
