using System.Diagnostics;
using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>One series: published, waited for, counted.</summary>
internal sealed class Measured(Bench bench, ServerUnderTest server, PublishPlan plan, int perMessage)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(8);

    private long _lastProgress;
    private long _received;

    public async Task<Outcome> RunAsync(IPublisher publisher, CancellationToken cancellation)
    {
        var (cpu, client, started) = (CpuTime.Of(server.Pid), bench.Fleet.Cpu(), Stopwatch.GetTimestamp());
        await Pacer.RunAsync(publisher, plan, cancellation);
        var inTime = await bench.Fleet.CountAsync(cancellation);
        var window = Stopwatch.GetElapsedTime(started);
        var whole = await DrainAsync(cancellation);
        (cpu, client) = (CpuTime.Of(server.Pid) - cpu, bench.Fleet.Cpu() - client);
        var report = await bench.Fleet.ReportAsync(plan.Total, plan.Keys, cancellation);
        var expected = plan.Total * perMessage;
        if (report.Messages == 0)
            throw new IOException($"none of {plan.Total} messages to {plan.Target(0)} came through {server.Name}: is it fed by this Redis, under the prefix '{server.Prefix}'?");
        return new Outcome
        {
            Report = report,
            Cpu = cpu,
            ClientCpu = client,
            Window = window,
            UntilLast = Stopwatch.GetElapsedTime(started, _lastProgress),
            InTime = inTime,
            // Messages that were still arriving at the timeout are late, not lost.
            Behind = whole ? 0 : Math.Max(0, expected - _received),
        };
    }

    /// <summary>Waits until all messages have arrived or none arrives any more; false when messages were still arriving at the timeout.</summary>
    private async Task<bool> DrainAsync(CancellationToken cancellation)
    {
        var started = _lastProgress = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < DrainTimeout)
        {
            var received = await bench.Fleet.CountAsync(cancellation);
            if (received != _received) (_received, _lastProgress) = (received, Stopwatch.GetTimestamp());
            if (received >= plan.Total * perMessage || Stopwatch.GetElapsedTime(_lastProgress) > Quiet) return true;
            await Task.Delay(Look, cancellation);
        }

        return false;
    }
}
