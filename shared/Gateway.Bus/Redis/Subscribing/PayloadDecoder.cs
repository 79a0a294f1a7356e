using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Turns payloads into messages. Invalid ones are counted, logged at most every ten seconds, and ignored.</summary>
internal sealed partial class PayloadDecoder(BusMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private long _lastLog;
    private int _unlogged;

    /// <summary>Called by the reader's thread only.</summary>
    public Message? Read(Channel channel, ReadOnlySpan<byte> payload)
    {
        // The message keeps a reference to these bytes; the receive buffer is reused.
        if (channel.Read(payload.ToArray(), channel.Target, time.GetUtcNow(), out var message, out var error)) return message;
        Ignore(channel, error!);
        return null;
    }

    public void Ignore(Channel channel, string error)
    {
        metrics.Undecodable(channel.Kind);
        _unlogged++;
        var now = time.GetTimestamp();
        if (_lastLog != 0 && time.GetElapsedTime(_lastLog, now) < LogInterval) return;
        Log.Ignored(logger, channel.Kind, error, _unlogged);
        (_lastLog, _unlogged) = (now, 0);
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Ignored an invalid payload on a {Kind} channel: {Error} ({Count} since the last such line)")]
        public static partial void Ignored(ILogger logger, string kind, string error, int count);
    }
}
