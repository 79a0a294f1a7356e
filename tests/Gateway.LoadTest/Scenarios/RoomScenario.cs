using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>All connections in one room, messages at a rate: fan-out, saturation and latency differ in that alone.</summary>
internal sealed class RoomScenario(string name, string description, Load defaults) : Scenario
{
    public override string Name => name;

    public override string Description => description;

    public override Load Defaults => defaults;

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections) with { Rooms = 1 }, cancellation);
        var series = new Series
        {
            Rate = load.Rate, Total = (long)(load.Rate * load.Seconds), PerMessage = load.Connections, Size = load.Size, MayGather = true,
        };
        await bench.WarmUpAsync(server, series, cancellation);
        var outcome = await bench.MeasureAsync(server, series, cancellation);
        await bench.Fleet.CloseAsync(cancellation);
        return [new Row(Name, server.Name, outcome.Values(), outcome.Notes)];
    }
}
