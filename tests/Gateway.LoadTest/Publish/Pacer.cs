using System.Diagnostics;

namespace Gateway.LoadTest.Publish;

/// <summary>Publishes at a rate: the messages that have become due are sent together, at most once per millisecond.</summary>
internal static class Pacer
{
    private const int MaxBatch = 500;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Publishes the whole plan; returns the time it took.</summary>
    public static async Task<TimeSpan> RunAsync(IPublisher publisher, PublishPlan plan, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (long sent = 0; sent < plan.Total;)
        {
            var due = plan.Rate == 0 ? plan.Total : Math.Min(plan.Total, (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * plan.Rate) + 1);
            if (sent < due)
            {
                var count = (int)Math.Min(due - sent, MaxBatch);
                await publisher.PublishAsync(plan, sent, count, cancellation);
                sent += count;
                continue;
            }

            var wait = TimeSpan.FromSeconds(sent / plan.Rate) - Stopwatch.GetElapsedTime(started);
            await Task.Delay(wait > ShortestWait ? wait : ShortestWait, cancellation);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
