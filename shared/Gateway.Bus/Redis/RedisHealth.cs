using Gateway.Bus.Redis.Subscribing;

namespace Gateway.Bus.Redis;

/// <summary>Connected while the publishing connection is and, in a process that subscribes, the subscription connection is too.</summary>
internal sealed class RedisHealth(RedisConnection publishing, RedisSubscriber subscribing) : IBusHealth
{
    public BusHealth Current
    {
        get
        {
            var publish = publishing.Health;
            if (!publish.Connected) publish = publish with { Reason = $"publishing: {publish.Reason}" };
            if (!subscribing.IsStarted) return publish;
            var subscribe = subscribing.State.Current;
            if (!subscribe.Connected) subscribe = subscribe with { Reason = $"subscribing: {subscribe.Reason}" };
            return Both(publish, subscribe);
        }
    }

    private static BusHealth Both(BusHealth one, BusHealth other) => (one.Connected, other.Connected) switch
    {
        (true, true) => one with { Since = one.Since > other.Since ? one.Since : other.Since },
        (false, true) => one,
        (true, false) => other,
        _ => one with
        {
            Since = one.Since < other.Since ? one.Since : other.Since,
            Reason = $"{one.Reason}; {other.Reason}",
            WasConnected = one.WasConnected && other.WasConnected,
        },
    };
}

/// <summary>Whether one of the connections is up, since when, and why not.</summary>
internal sealed class ConnectionState(TimeProvider time)
{
    private readonly Lock _gate = new();
    private BusHealth _current = new(Connected: false, time.GetUtcNow(), "not connected yet");

    public BusHealth Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>True if it was down until now.</summary>
    public bool Up()
    {
        lock (_gate)
        {
            if (_current.Connected) return false;
            _current = new BusHealth(Connected: true, time.GetUtcNow(), Reason: null);
            return true;
        }
    }

    /// <summary>True if it was up until now, or down for another reason.</summary>
    public bool Down(string reason)
    {
        lock (_gate)
        {
            var isNews = _current.Connected || _current.Reason != reason;
            _current = _current with { Connected = false, Since = _current.Connected ? time.GetUtcNow() : _current.Since, Reason = reason };
            return isNews;
        }
    }
}
