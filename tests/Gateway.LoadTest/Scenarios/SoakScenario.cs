using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>Messages are published while connections open and close: nothing may be lost on those that stay, and memory must stay flat.</summary>
internal sealed class SoakScenario : Scenario
{
    private const double ChurnShare = 0.05;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(2);

    public override string Name => "soak";

    public override string Description => "a twentieth of the connections is replaced every second while messages flow; memory over time";

    public override Load Defaults => new(2000, 20, 60, 200);

    public override async Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation)
    {
        await bench.Fleet.OpenAsync(bench.Plan(server, load.Connections) with { Rooms = 1 }, cancellation);
        var series = new Series
        {
            Rate = load.Rate, Total = (long)(load.Rate * load.Seconds), PerMessage = load.Connections, Size = load.Size,
        };
        await bench.WarmUpAsync(server, series, cancellation);

        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var memory = SampleAsync(server.Pid, sampling.Token);
        var early = AfterCollectionAsync(server.Pid, TimeSpan.FromSeconds(load.Seconds / 5.0), sampling.Token);
        await bench.Fleet.ChurnAsync(load.Connections * ChurnShare, cancellation);
        var outcome = await bench.MeasureAsync(server, series, cancellation);
        var churned = (await bench.Fleet.ChurnAsync(0, cancellation)).Churned;
        var late = await AfterCollectionAsync(server.Pid, TimeSpan.Zero, cancellation);
        await sampling.CancelAsync();
        var samples = await memory;
        await Task.Delay(Ramp, cancellation);
        var live = (await bench.Fleet.ReportAsync(0, 1, cancellation)).Live;
        await bench.Fleet.CloseAsync(cancellation);
        return [new Row(Name, server.Name, Values(outcome, churned, await early, late), Notes(outcome, live, load, samples))];
    }

    private static Dictionary<Metric, double> Values(Outcome outcome, int churned, double early, double late) => new(outcome.Values())
    {
        [Metric.Churned] = churned,
        [Metric.RssStart] = early / 1024,
        [Metric.RssEnd] = late / 1024,
        [Metric.RssGrowth] = (late / early - 1) * 100,
    };

    // After a collection, so that only live memory counts. Not from the beginning, when pools still grow.
    private static async Task<double> AfterCollectionAsync(int pid, TimeSpan wait, CancellationToken cancellation)
    {
        await Task.Delay(wait, cancellation);
        await GarbageCollection.RequestAsync(pid, cancellation);
        await Task.Delay(Ramp, cancellation);
        return Memory.ResidentKib(pid);
    }

    private static string Notes(Outcome outcome, int live, Load load, List<double> samples)
    {
        var series = string.Join(' ', samples.Where((_, i) => i % Math.Max(1, samples.Count / 12) == 0).Select(s => (s / 1024).ToString("0", null)));
        var missing = live == load.Connections ? "" : $"only {live} live at the end; ";
        return $"{missing}{outcome.Notes} RSS MiB: {series}".Trim();
    }

    private static async Task<List<double>> SampleAsync(int pid, CancellationToken cancellation)
    {
        var samples = new List<double>();
        try
        {
            while (true)
            {
                samples.Add(Memory.ResidentKib(pid));
                await Task.Delay(Look, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            return samples;
        }
    }
}
