namespace Gateway.Bus.Redis;

/// <summary>Whether one of the connections is up, since when, and why not.</summary>
internal sealed class LinkState(TimeProvider time)
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

    /// <summary>True when it was down until now.</summary>
    public bool Up()
    {
        lock (_gate)
        {
            if (_current.Connected) return false;
            _current = new BusHealth(Connected: true, time.GetUtcNow(), Reason: null);
            return true;
        }
    }

    /// <summary>True when this is news: it was up until now, or down for another reason.</summary>
    public bool Down(string reason)
    {
        lock (_gate)
        {
            var isNews = _current.Connected || _current.Reason != reason;
            _current = new BusHealth(Connected: false, _current.Connected ? time.GetUtcNow() : _current.Since, reason);
            return isNews;
        }
    }
}
