using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// All timers of one connection: ping, heartbeat timeout, message deadline, write timeout, expiry of the token, timeout of the close.
/// An entry of the <see cref="HeartbeatWheel"/>, which visits it when something is due; times are in seconds of the wheel.
/// </summary>
internal sealed class Liveness(HeartbeatWheel wheel)
{
    /// <summary>A peer that has not answered the close frame after this many seconds is sent FIN.</summary>
    private const int FinSeconds = 2;

    private static readonly Frame Ping = Frame.Control(Opcode.Ping, []);

    private Connection _connection = null!;
    private int _lastInbound = wheel.Now;
    private int _lastPing = wheel.Now;
    private int _messageBegan = Never;
    private int _closeBy = Never;
    private int _busySince = Never;
    private int _writeCheck = Never;

    public const int Never = int.MaxValue;

    /// <summary>Links of the wheel's slots.</summary>
    internal Liveness? Next, Previous;

    internal int Slot = HeartbeatWheel.Unscheduled;

    /// <summary>When the token expires, leeway included.</summary>
    public int ExpiresAt { get; private set; } = Never;

    public void Attach(Connection connection) => _connection = connection;

    public void SetExpiry(DateTimeOffset expires)
    {
        ExpiresAt = wheel.SecondsAt(expires);
        wheel.Schedule(this, Due());
    }

    /// <summary>Bytes have arrived.</summary>
    public void Alive() => _lastInbound = wheel.Now;

    /// <summary>
    /// A command is running or the client is over its rate: what it sends meanwhile waits unread, so the timeouts for what it sends stand still.
    /// </summary>
    public bool Busy
    {
        get => Volatile.Read(ref _busySince) != Never;
        set
        {
            if (value == Busy) return;
            if (!value)
            {
                Alive();
                if (_messageBegan != Never) _messageBegan += wheel.Now - _busySince;
            }

            Volatile.Write(ref _busySince, value ? wheel.Now : Never);
        }
    }

    /// <summary>A frame is waiting for the socket: from now on the write must progress.</summary>
    public void ExpectWrite()
    {
        if (_writeCheck != Never || wheel.WriteTimeout == 0) return;
        _writeCheck = wheel.Now + 1;
        wheel.Schedule(this, Due());
    }

    /// <summary>A message or frame has begun and is not complete.</summary>
    public void ExpectMessage(bool unfinished)
    {
        if (unfinished == (_messageBegan != Never)) return;
        _messageBegan = unfinished ? wheel.Now : Never;
        if (unfinished) wheel.Schedule(this, Due());
    }

    public void ExpectClose()
    {
        _closeBy = wheel.Now + wheel.CloseSeconds + 1;
        wheel.Schedule(this, FinAt);
    }

    /// <summary>Called by the wheel; returns when the next visit is due.</summary>
    public int Visit(int now)
    {
        if (_closeBy != Never)
        {
            if (now >= FinAt) _connection.Outbound.RequestFin();
            if (now >= _closeBy) _connection.Abort();
            return now >= _closeBy ? Never : Due();
        }

        if (Violation(now) is { } violation)
        {
            _connection.Close(violation);
            return Due();
        }

        if (now - Math.Max(_lastInbound, _lastPing) >= wheel.Interval)
        {
            _lastPing = now;
            _connection.Send(Ping);
        }

        return Due();
    }

    private int FinAt => _closeBy - 1 - wheel.CloseSeconds + Math.Min(FinSeconds, wheel.CloseSeconds);

    private CloseCode? Violation(int now)
    {
        if (now >= ExpiresAt) return CloseCode.TokenExpired;
        if (now >= _writeCheck && !WriteProgresses(now)) return CloseCode.TooSlow;
        if (Busy) return null;
        if (now - _lastInbound >= wheel.Timeout) return CloseCode.NoSignOfLife;
        if (_messageBegan != Never && now - _messageBegan > wheel.MessageDeadline)
            return CloseCode.Policy.Because($"a message takes at most {wheel.MessageDeadline} s");
        return null;
    }

    private bool WriteProgresses(int now)
    {
        var stalled = _connection.Outbound.StalledSeconds(now);
        _writeCheck = stalled < 0 ? Never : now + 1;
        return stalled < wheel.WriteTimeout;
    }

    private int Due()
    {
        if (_closeBy != Never) return wheel.Now < FinAt ? FinAt : _closeBy;
        var due = Math.Min(Math.Max(_lastInbound, _lastPing) + wheel.Interval, _lastInbound + wheel.Timeout);
        if (_messageBegan != Never) due = Math.Min(due, _messageBegan + wheel.MessageDeadline + 1);
        return Math.Min(Math.Min(due, ExpiresAt), _writeCheck);
    }
}
