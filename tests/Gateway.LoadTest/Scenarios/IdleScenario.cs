using Gateway.LoadTest.Client;
using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>Memory of connections that do nothing, each in one room.</summary>
internal sealed class IdleScenario : Scenario
{
    private const int WarmUpConnections = 200;

    // The first runs finalizers, the second frees their objects. A region of the heap that became free is returned only after several
    // more: with two collections the result varies by up to 0.6 KiB per connection.
    private const int Collections = 6;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public override string Name => "idle";

    public override string Description => "RSS and kernel memory of each idle connection, after a collection";

    public override Load Defaults => new(10_000, 0, 30, 0);

    public override bool NeedsFreshServer => true;

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        // Code and pools that all connections share are not part of the cost of one.
        var plan = bench.Plan(server, load.Connections) with { Rooms = 1 };
        await bench.Fleet.OpenAsync(plan with { Count = WarmUpConnections }, cancellation);
        await bench.Fleet.CloseAsync(cancellation);
        await SettleAsync(server.Pid, load.Seconds, cancellation);
        var (rss, buffers, objects) = Read(server.Pid);

        await bench.Fleet.OpenAsync(plan, cancellation);
        await Task.Delay(Look, cancellation);
        var before = Memory.ResidentKib(server.Pid);
        var collected = await SettleAsync(server.Pid, load.Seconds, cancellation);
        var after = Read(server.Pid);
        var report = await bench.Fleet.ReportAsync(0, 1, cancellation);
        await bench.Fleet.CloseAsync(cancellation);
        if (report.Live != load.Connections) throw new IOException($"only {report.Live} of {load.Connections} idle connections stayed open: {Fleet.Describe(report.Reasons)}");
        var values = new Dictionary<Metric, double>
        {
            [Metric.Rss] = (after.Rss - rss) / load.Connections,
            [Metric.RssBefore] = (before - rss) / load.Connections,
            [Metric.Kernel] = (after.Objects + after.Buffers - objects - buffers) / load.Connections,
            [Metric.SocketBuffers] = (after.Buffers - buffers) / load.Connections,
        };
        return [new Row(Name, server.Name, values, collected ? "" : "no collection could be asked for")];
    }

    private static (double Rss, double Buffers, double Objects) Read(int pid) =>
        (Memory.ResidentKib(pid), Memory.SocketBuffersKib(), Memory.KernelObjectsKib());

    // Waits, at most this long, until the pages are returned.
    private static async Task<bool> SettleAsync(int pid, int seconds, CancellationToken cancellation)
    {
        var collected = true;
        for (var i = 0; i < Collections && collected; i++) collected = await GarbageCollection.RequestAsync(pid, cancellation);
        var (last, steady) = (Memory.ResidentKib(pid), 0);
        for (var i = 0; i < seconds * 2 && steady < 6; i++)
        {
            await Task.Delay(Look, cancellation);
            var now = Memory.ResidentKib(pid);
            steady = Math.Abs(now - last) < last * 0.002 ? steady + 1 : 0;
            last = now;
        }

        return collected;
    }
}
