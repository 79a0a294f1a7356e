using System.Collections.Concurrent;
using System.Net;

namespace Gateway.Handshake;

/// <summary>
/// Logs refused handshakes: the first of a reason at once, then the count of each 10 s in which there were more. A flood of refused
/// handshakes costs a few lines, whatever its rate.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger) : IDisposable
{
    /// <summary>Bounds what is kept; there are about thirty reasons.</summary>
    private const int MaxReasons = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    public void Add(Refusal refusal, IPAddress? address)
    {
        Log.RefusedOne(logger, refusal.Status, refusal.Message, address);
        var count = CountOf(refusal.Reason);
        lock (count)
        {
            (count.Latest, count.Address) = (refusal, address);
            count.Refused++;
            if (!count.Waiting) Write_NeedsLock(count);
        }
    }

    public void Dispose()
    {
        foreach (var count in _counts.Values) count.Timer?.Dispose();
    }

    private Count CountOf(string reason) => _counts.TryGetValue(reason, out var count)
        ? count
        : _counts.GetOrAdd(_counts.Count < MaxReasons ? reason : "other reasons", static (_, log) => new Count(log), this);

    private void OnInterval(Count count)
    {
        lock (count)
        {
            count.Waiting = false;
            if (count.Refused > 0) Write_NeedsLock(count);
        }
    }

    private void Write_NeedsLock(Count count)
    {
        Log.Refused(logger, count.Refused, count.Latest!.Status, count.Latest.Reason, count.Address);
        count.Refused = 0;
        count.Waiting = true;
        count.Timer ??= time.CreateTimer(static state => ((Count)state!).Owner.OnInterval((Count)state), count, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        count.Timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    private sealed class Count(RefusalLog owner)
    {
        public RefusalLog Owner => owner;

        /// <summary>Since the last line.</summary>
        public int Refused { get; set; }

        /// <summary>A line was written less than one interval ago.</summary>
        public bool Waiting { get; set; }

        public Refusal? Latest { get; set; }

        public IPAddress? Address { get; set; }

        public ITimer? Timer { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Debug, "Handshake refused with {Status}: {Message}, from {RemoteAddress}")]
        public static partial void RefusedOne(ILogger logger, int status, string message, IPAddress? remoteAddress);

        [LoggerMessage(3003, LogLevel.Information, "Handshakes refused: {Count} with {Status} ({Reason}), the latest from {RemoteAddress}")]
        public static partial void Refused(ILogger logger, int count, int status, string reason, IPAddress? remoteAddress);
    }
}
