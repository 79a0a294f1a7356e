using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>One message to each of 10,000 users, all at once; several times, so that the CPU time is measurable.</summary>
internal sealed class UsersScenario : Scenario
{
    private const int Times = 40;

    public override string Name => "users";

    public override string Description => "one message to each user, all handed over at once";

    public override Load Defaults => new(10_000, 0, 0, 200);

    public override bool Suits(ServerUnderTest server) => server.HasRooms;

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections), cancellation);
        var series = new Series { Rate = 0, Total = load.Connections, PerMessage = 1, Keys = load.Connections, ToUsers = true, Size = load.Size };
        await bench.WarmUpAsync(server, series, cancellation);
        var outcomes = new List<Outcome>();
        for (var i = 0; i < Times; i++) outcomes.Add(await bench.MeasureAsync(server, series, cancellation));
        await bench.Fleet.CloseAsync(cancellation);
        return [new Row(Name, server.Name, Sum(outcomes), outcomes[^1].Notes)];
    }

    // CPU over all of them: a single one takes only a few ticks of the kernel's clock.
    private static Dictionary<Metric, double> Sum(List<Outcome> outcomes)
    {
        var medians = Row.Medians(outcomes.Select(o => new Row("", "", o.Values())))[0].Values;
        var messages = Math.Max(1, outcomes.Sum(o => o.Report.Messages));
        return new Dictionary<Metric, double>(medians)
        {
            [Metric.Cpu] = outcomes.Sum(o => o.Cpu.TotalUs) / messages,
            [Metric.CpuUser] = outcomes.Sum(o => o.Cpu.UserUs) / messages,
            [Metric.ClientCpu] = outcomes.Sum(o => o.ClientCpu.TotalUs) / messages,
            [Metric.Deliveries] = messages / outcomes.Sum(o => o.UntilLast.TotalSeconds),
            [Metric.Seconds] = Row.Median(outcomes.Select(o => o.UntilLast.TotalSeconds)),
            [Metric.Loss] = outcomes.Sum(o => o.Values()[Metric.Loss]),
            [Metric.Doubled] = outcomes.Sum(o => o.Report.Doubled),
        };
    }
}
