using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>10,000 rooms of five members: the cost of a message with few receivers.</summary>
internal sealed class ManyRoomsScenario : Scenario
{
    private const int Members = 5;
    private const int RoomsEach = 10;

    public override string Name => "many-rooms";

    public override string Description => "two rooms for each connection there is, five members each, messages to all rooms in turn";

    public override Load Defaults => new(5000, 2000, 10, 200);

    public override bool Suits(ServerUnderTest server) => server.HasRooms;

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        var rooms = load.Connections * RoomsEach / Members;
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections) with { Rooms = rooms, RoomsEach = RoomsEach }, cancellation);
        var series = new Series
        {
            Rate = load.Rate, Total = (long)(load.Rate * load.Seconds), PerMessage = Members, Keys = rooms, Size = load.Size, WarmUpRate = load.Rate,
        };
        await bench.WarmUpAsync(server, series, cancellation);
        var outcome = await bench.MeasureAsync(server, series, cancellation);
        await bench.Fleet.CloseAsync(cancellation);
        return [new Row(Name, server.Name, outcome.Values(), outcome.Notes)];
    }
}
