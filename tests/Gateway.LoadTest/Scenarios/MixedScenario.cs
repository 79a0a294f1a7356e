using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>
/// Messages to single users, first alone, then while a large room receives as well: how long the room's deliveries delay the others.
/// The users are not members of the room, and a client process of their own reads and times what they receive.
/// </summary>
internal sealed class MixedScenario : Scenario
{
    private const int Users = 100;
    private const double UserRate = 200;

    public override string Name => "mixed";

    public override string Description => "latency of messages to single users while a large room is written (--rate: deliveries a second to the room)";

    public override Load Defaults => new(10_000, 30_000, 20, 200);

    public override bool Suits(ServerUnderTest server) => server.HasRooms;

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        await using var users = bench.Beside();
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections) with { First = Users, Rooms = 1 }, cancellation);
        await users.Fleet.OpenAsync(users.Plan(server, Users), cancellation);
        var toUsers = new Series { Rate = UserRate, Total = (long)(UserRate * load.Seconds), PerMessage = 1, Keys = Users, ToUsers = true, Size = load.Size };
        var rate = load.Rate / load.Connections;
        var toRoom = new Series { Rate = rate, Total = Math.Max(1, (long)(rate * load.Seconds)), PerMessage = load.Connections, Size = load.Size };
        await Task.WhenAll(bench.WarmUpAsync(server, toRoom, cancellation), users.WarmUpAsync(server, toUsers, cancellation));

        var quiet = await users.MeasureAsync(server, toUsers, cancellation);
        var room = bench.MeasureAsync(server, toRoom, cancellation);
        var mixed = await users.MeasureAsync(server, toUsers, cancellation);
        var values = Values(mixed, await room);
        await bench.Fleet.CloseAsync(cancellation);
        return
        [
            new Row("mixed, users alone", server.Name, quiet.Values(), quiet.Notes),
            new Row($"mixed, users beside a room of {load.Connections:#,0}", server.Name, values, mixed.Notes),
        ];
    }

    /// <summary>Latencies are the users'. Both series see the whole server's CPU, so that it is divided by the deliveries of both.</summary>
    private static Dictionary<Metric, double> Values(Outcome users, Outcome room)
    {
        var values = users.Values();
        var ofRoom = room.Values();
        foreach (var metric in new[] { Metric.Loss, Metric.Behind, Metric.Doubled, Metric.Disordered, Metric.Deliveries }) values[metric] += ofRoom[metric];
        var deliveries = Math.Max(1, users.Report.Messages + room.Report.Messages);
        values[Metric.Cpu] = room.Cpu.TotalUs / deliveries;
        values[Metric.CpuUser] = room.Cpu.UserUs / deliveries;
        values[Metric.ClientCpu] = room.ClientCpu.TotalUs / deliveries;
        return values;
    }
}
