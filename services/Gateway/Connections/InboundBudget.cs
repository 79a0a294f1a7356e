namespace Gateway.Connections;

/// <summary>A token bucket for messages and a count of errors per minute. Used by the connection's receive loop alone.</summary>
internal sealed class InboundBudget(ConnectionOptions options, TimeProvider time)
{
    private double _tokens = options.MessageBurst;
    private long _refilled = time.GetTimestamp();
    private long _minute = time.GetTimestamp();
    private int _errors;

    public bool TakeMessage()
    {
        if (options.MessagesPerSecond == 0) return true;
        var now = time.GetTimestamp();
        _tokens = Math.Min(options.MessageBurst, _tokens + (time.GetElapsedTime(_refilled, now).TotalSeconds * options.MessagesPerSecond));
        _refilled = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    /// <summary>False when the client has caused more errors than are forgiven.</summary>
    public bool TakeError()
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
