using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>The same load twice: with all connections reading, then with every tenth stalled. The others should not be affected.</summary>
internal sealed class SlowScenario : Scenario
{
    private const int Every = 10;

    public override string Name => "slow";

    public override string Description => "every tenth connection stops reading: latency and loss of the others beside a run without";

    public override Load Defaults => new(1000, 500, 60, 1024);

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections) with { Rooms = 1 }, cancellation);
        var series = new Series
        {
            Rate = load.Rate, Total = (long)(load.Rate * load.Seconds), PerMessage = load.Connections, Size = load.Size, MayGather = true,
        };
        await bench.WarmUpAsync(server, series, cancellation);
        var without = await bench.MeasureAsync(server, series, cancellation);
        var stalled = (await bench.Fleet.StallAsync(Every, cancellation)).Live;
        var with = await bench.MeasureAsync(server, series with { PerMessage = load.Connections - stalled }, cancellation);
        await bench.Fleet.CloseAsync(cancellation);
        var values = with.Values();
        values[Metric.Ended] = with.Report.Reasons.Where(r => r.Key.StartsWith("stalled", StringComparison.Ordinal)).Sum(r => r.Value);
        values[Metric.EndedAfter] = with.Report.Seconds;
        values[Metric.P99Ratio] = values[Metric.P99] / Math.Max(0.001, without.Latency().Percentile(0.99));
        return
        [
            new Row("slow, none stalled", server.Name, without.Values(), without.Notes),
            new Row($"slow, {stalled} stalled", server.Name, values, with.Notes),
        ];
    }
}
