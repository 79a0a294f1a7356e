namespace Gateway.Connections;

/// <summary>A token bucket for messages and pings, and a count of errors per minute. Used by the connection's receive loop only.</summary>
internal sealed class InboundBudget(ConnectionOptions options, TimeProvider time)
{
    private double _tokens = options.MessageBurst;
    private long _refilled = time.GetTimestamp();
    private long _minute = time.GetTimestamp();
    private int _errors;

    /// <summary>How long until <see cref="TryTakeMessage"/>, which has just failed, succeeds: at most a second.</summary>
    public TimeSpan UntilNextMessage => TimeSpan.FromSeconds((1 - _tokens) / options.MessagesPerSecond) + TimeSpan.FromMilliseconds(1);

    public bool TryTakeMessage()
    {
        if (options.MessagesPerSecond == 0 || options.MessageBurst == 0) return true;
        var now = time.GetTimestamp();
        _tokens = Math.Min(options.MessageBurst, _tokens + (time.GetElapsedTime(_refilled, now).TotalSeconds * options.MessagesPerSecond));
        _refilled = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    /// <summary>False when the client has caused more errors than the limit.</summary>
    public bool TryTakeError()
    {
        if (options.MaxErrorsPerMinute == 0) return true;
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_minute, now) > TimeSpan.FromMinutes(1))
        {
            _minute = now;
            _errors = 0;
        }

        return ++_errors <= options.MaxErrorsPerMinute;
    }
}
