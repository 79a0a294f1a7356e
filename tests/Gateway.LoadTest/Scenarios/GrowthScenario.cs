using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>From 100 to 10,000 connections at the same number of deliveries per second: the cost of a delivery should not grow with the room.</summary>
internal sealed class GrowthScenario : Scenario
{
    private static readonly double[] Shares = [0.01, 0.03, 0.1, 0.3, 1];

    public override string Name => "growth";

    public override string Description => "CPU of a delivery from 100 to 10,000 connections, with the same deliveries a second (--rate)";

    public override Load Defaults => new(10_000, 20_000, 8, 200);

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        foreach (var share in Shares)
        {
            var connections = (int)(load.Connections * share);
            var rate = load.Rate / connections;
            await bench.Fleet.OpenAsync(bench.Plan(server, connections) with { Rooms = 1 }, cancellation);
            var series = new Series { Rate = rate, Total = (long)(rate * load.Seconds), PerMessage = connections, Size = load.Size, WarmUpRate = rate };
            await bench.WarmUpAsync(server, series, cancellation);
            var outcome = await bench.MeasureAsync(server, series, cancellation);
            await bench.Fleet.CloseAsync(cancellation);
            rows.Add(new Row($"growth, {connections:#,0} connections", server.Name, outcome.Values(), outcome.Notes));
        }

        return rows;
    }
}
