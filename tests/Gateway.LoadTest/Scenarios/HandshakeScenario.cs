using Gateway.LoadTest.Client;
using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>Handshakes as fast as they go: every token seen for the first time, then the same tokens again.</summary>
internal sealed class HandshakeScenario : Scenario
{
    /// <summary>
    /// The runtime compiles frequent methods again in the background: for some 20,000 handshakes after its start, four times the usual
    /// number, one costs up to twice as much.
    /// </summary>
    private const int WarmUps = 4;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public override string Name => "handshake";

    public override string Description => "handshakes a second and CPU each, with first-time and with returning tokens";

    public override Load Defaults => new(5000, 0, 0, 0);

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        var plan = bench.Plan(server, load.Connections);
        for (var i = 0; i < WarmUps; i++) await OpenAsync(bench, server, plan with { Generation = bench.NextGeneration() }, cancellation);
        plan = plan with { Generation = bench.NextGeneration() };
        return
        [
            new Row("handshake, first-time token", server.Name, await OpenAsync(bench, server, plan, cancellation)),
            new Row("handshake, returning token", server.Name, await OpenAsync(bench, server, plan, cancellation)),
        ];
    }

    // The end of the connections is not measured: a reset for each, after the clock has stopped, and time for the server to remove them.
    private static async Task<Dictionary<Metric, double>> OpenAsync(Bench bench, ServerUnderTest server, OpenPlan plan, CancellationToken cancellation)
    {
        var (cpu, client) = (CpuTime.Of(server.Pid), bench.Fleet.Cpu());
        var reply = await bench.Fleet.OpenAsync(plan, cancellation);
        (cpu, client) = (CpuTime.Of(server.Pid) - cpu, bench.Fleet.Cpu() - client);
        await bench.Fleet.CloseAsync(cancellation);
        await Task.Delay(Settling, cancellation);
        return new Dictionary<Metric, double>
        {
            [Metric.Handshakes] = reply.Live / reply.Seconds,
            [Metric.HandshakeCpu] = cpu.TotalUs / reply.Live,
            [Metric.ClientCpu] = client.TotalUs / reply.Live,
        };
    }
}
