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

/// <summary>Whether one of the connections works, since when, and why not. Several losses with less than a second between them are one outage.</summary>
internal sealed class ConnectionState(TimeProvider time)
{
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private BusHealth _current = new(Connected: false, time.GetUtcNow(), "not connected yet");
    private DateTimeOffset _outageSince = time.GetUtcNow();
    private bool _isLossLogged;
    private bool _isRefusalLogged;
    private bool _isReturnLogged;

    public BusHealth Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>True after one second of connection: the outage before is over.</summary>
    public bool IsStable
    {
        get
        {
            lock (_gate) return IsStable_NeedsLock;
        }
    }

    private bool IsStable_NeedsLock => _current.Connected && time.GetUtcNow() - _current.Since >= StableAfter;

    /// <summary>True if the return should be logged: once per outage.</summary>
    public bool Up()
    {
        lock (_gate)
        {
            if (_current.Connected) return false;
            _current = new BusHealth(Connected: true, time.GetUtcNow(), Reason: null);
            var isNews = !_isReturnLogged;
            _isReturnLogged = true;
            return isNews;
        }
    }

    /// <summary>True if the reason should be logged: once per outage, and once more if the server itself refuses, which needs somebody's action.</summary>
    public bool Down(string reason, bool isRefusal = false)
    {
        lock (_gate)
        {
            if (IsStable_NeedsLock)
            {
                _outageSince = time.GetUtcNow();
                _isLossLogged = _isRefusalLogged = _isReturnLogged = false;
            }

            _current = _current with { Connected = false, Since = _outageSince, Reason = reason };
            var isNews = !_isLossLogged || (isRefusal && !_isRefusalLogged);
            _isLossLogged = true;
            _isRefusalLogged |= isRefusal;
            return isNews;
        }
    }
}
