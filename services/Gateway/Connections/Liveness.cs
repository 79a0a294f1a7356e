using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// All that time does to one connection: ping, no sign of life, an endless message, an expired token, an unanswered close.
/// An entry of the <see cref="HeartbeatWheel"/>, which visits it when something is due; times are the wheel's seconds.
/// </summary>
internal sealed class Liveness(HeartbeatWheel wheel)
{
    private static readonly Frame Ping = Frame.Control(Opcode.Ping, []);

    private Connection _connection = null!;
    private int _lastInbound = wheel.Now;
    private int _lastPing = wheel.Now;
    private int _messageBegan = Never;
    private int _closeBy = Never;
    private int _busy;

    public const int Never = int.MaxValue;

    /// <summary>Intrusive links of the wheel's slots.</summary>
    internal Liveness? Next, Previous;

    internal int Slot = HeartbeatWheel.Unscheduled;

    /// <summary>When the token ends, leeway included.</summary>
    public int ExpiresAt { get; private set; } = Never;

    public void Attach(Connection connection) => _connection = connection;

    public void SetExpiry(DateTimeOffset expires)
    {
        ExpiresAt = wheel.SecondsAt(expires);
        wheel.Schedule(this, Due());
    }

    /// <summary>Bytes came in.</summary>
    public void Alive() => _lastInbound = wheel.Now;

    /// <summary>A command is being carried out: what the client sends meanwhile waits unread, so silence says nothing.</summary>
    public bool Busy
    {
        get => _busy != 0;
        set => _busy = value ? 1 : 0;
    }

    /// <summary>A message or frame has begun and is not whole yet.</summary>
    public void ExpectMessage(bool unfinished)
    {
        if (unfinished == (_messageBegan != Never)) return;
        _messageBegan = unfinished ? wheel.Now : Never;
        if (unfinished) wheel.Schedule(this, Due());
    }

    public void ExpectClose()
    {
        _closeBy = wheel.Now + wheel.CloseSeconds + 1;
        wheel.Schedule(this, _closeBy);
    }

    /// <summary>Called by the wheel; the answer is when to come again.</summary>
    public int Visit(int now)
    {
        if (_closeBy != Never)
        {
            if (now >= _closeBy) _connection.Abort();
            return now >= _closeBy ? Never : _closeBy;
        }

        if (Fault(now) is { } fault)
        {
            _connection.Close(fault);
            return Due();
        }

        if (now - Math.Max(_lastInbound, _lastPing) >= wheel.Interval)
        {
            _lastPing = now;
            _connection.Send(Ping);
        }

        return Due();
    }

    private CloseCode? Fault(int now)
    {
        if (now >= ExpiresAt) return CloseCode.TokenExpired;
        if (Busy) return null;
        if (now - _lastInbound >= wheel.Timeout) return CloseCode.NoSignOfLife;
        if (_messageBegan != Never && now - _messageBegan > wheel.MessageDeadline)
            return CloseCode.Policy.Because($"a message takes at most {wheel.MessageDeadline} s");
        return null;
    }

    private int Due()
    {
        if (_closeBy != Never) return _closeBy;
        var due = Math.Min(Math.Max(_lastInbound, _lastPing) + wheel.Interval, _lastInbound + wheel.Timeout);
        if (_messageBegan != Never) due = Math.Min(due, _messageBegan + wheel.MessageDeadline + 1);
        return Math.Min(due, ExpiresAt);
    }
}
