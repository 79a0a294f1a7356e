using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Publishes 1, 2, 3… one after another until it is stopped.</summary>
internal sealed class PublishLoad : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<PublishStatus, int> _counts = new();
    private readonly ConcurrentDictionary<string, int> _reasons = new();
    private readonly Task _running;

    public PublishLoad(IMessagePublisher publisher, Target target, bool idempotent) => _running = Task.Run(() => RunAsync(publisher, target, idempotent));

    public TimeSpan Longest { get; private set; }

    public IEnumerable<string> Reasons => _reasons.Keys;

    public Task Until(PublishStatus status, int more)
    {
        var wanted = _counts.GetValueOrDefault(status) + more;
        return TestTimeout.Until(() => _counts.GetValueOrDefault(status) >= wanted, $"{more} times {status}");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await TestTimeout.For(_running, "the load to end");
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(IMessagePublisher publisher, Target target, bool idempotent)
    {
        for (var i = 1; !_stop.IsCancellationRequested; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var result = await publisher.PublishAsync(Messages.Of(target, $"{i}"), idempotent, CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(start);
            if (took > Longest) Longest = took;
            _counts.AddOrUpdate(result.Status, 1, (_, n) => n + 1);
            if (result.Reason is { } reason) _reasons[reason] = 1;
            await Task.Yield();
        }
    }
}
