using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Recovery;

/// <summary>The log lines of gap repair. What may concern thousands of targets at once is logged at most every ten seconds.</summary>
internal sealed partial class RecoveryLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Throttle _lost = new();
    private readonly Throttle _failed = new();

    public void Lost(int count)
    {
        if (IsDue(_lost, count, out var total)) Gaps(logger, total);
    }

    public void ReadFailed(Exception exception)
    {
        if (!IsDue(_failed, 1, out var total)) return;
        if (exception is BusUnavailableException) Unreadable(logger, exception.Message, total);
        else Unreadable(logger, exception, total);
    }

    public void Failed(Exception exception) => Defect(logger, exception);

    private bool IsDue(Throttle throttle, int count, out int total)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            total = throttle.Unlogged += count;
            if (throttle.LastAt is { } last && time.GetElapsedTime(last, now) < Interval) return false;
            (throttle.LastAt, throttle.Unlogged) = (now, 0);
            return true;
        }
    }

    [LoggerMessage(2030, LogLevel.Warning, "{Count} gaps since the last such line could not be filled from history, because messages were trimmed or Redis lost its data. Their receivers were told")]
    private static partial void Gaps(ILogger logger, int count);

    [LoggerMessage(2031, LogLevel.Warning, "Cannot read the message history: {Reason} ({Count} attempts since the last such line). It is read again until it succeeds")]
    private static partial void Unreadable(ILogger logger, string reason, int count);

    [LoggerMessage(2032, LogLevel.Error, "Cannot read the message history ({Count} attempts since the last such line). It is read again until it succeeds")]
    private static partial void Unreadable(ILogger logger, Exception exception, int count);

    [LoggerMessage(2033, LogLevel.Error, "Gap repair failed by a defect in this program")]
    private static partial void Defect(ILogger logger, Exception exception);

    private sealed class Throttle
    {
        public long? LastAt { get; set; }

        public int Unlogged { get; set; }
    }
}
