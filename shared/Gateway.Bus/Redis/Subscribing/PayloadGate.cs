using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Payload bytes → message. What cannot be read is counted, named in the log at most every ten seconds, and disturbs nobody.</summary>
internal sealed partial class PayloadGate(BusMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private long _lastLog;
    private int _unlogged;

    /// <summary>Called by the reader alone.</summary>
    public Message? Read(Channel channel, ReadOnlySpan<byte> payload)
    {
        // The message refers to these bytes for as long as it lives, the receive buffer is used again.
        if (channel.Read(payload.ToArray(), channel.Target, time.GetUtcNow(), out var message, out var error)) return message;
        Refuse(channel, error!);
        return null;
    }

    public void Refuse(Channel channel, string error)
    {
        metrics.Undecodable(channel.Kind);
        _unlogged++;
        var now = time.GetTimestamp();
        if (_lastLog != 0 && time.GetElapsedTime(_lastLog, now) < Quiet) return;
        Log.Undecodable(logger, channel.Kind, error, _unlogged);
        (_lastLog, _unlogged) = (now, 0);
    }
}
