using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Output;
using Gateway.LoadTest.Servers;
using Spectre.Console;

namespace Gateway.LoadTest.Scenarios;

/// <summary>Scenarios × rounds × servers. The servers of a round take turns, so that a slow minute of the machine affects all of them.</summary>
internal sealed class Runner(RunOptions options, Stage stage, IAnsiConsole console)
{
    private readonly List<Row> _rounds = [];

    /// <summary>The exit code: 0 when every bound holds.</summary>
    public async Task<int> RunAsync(string command, IReadOnlyCollection<Scenario> scenarios, CancellationToken cancellation)
    {
        await console.Progress().HideCompleted(true).StartAsync(async progress =>
        {
            var task = progress.AddTask("measuring", maxValue: scenarios.Count * options.Rounds * stage.Servers.Count);
            await using var bench = new Bench(options, stage);
            foreach (var scenario in scenarios) await RoundsAsync(bench, scenario, task, cancellation);
        });

        var medians = Row.Medians(_rounds);
        ResultTable.Print(console, _rounds, medians);
        if (options.Json is not null) await JsonReport.WriteAsync(options.Json, command, _rounds, medians, cancellation);
        return Judge(medians);
    }

    private async Task RoundsAsync(Bench bench, Scenario scenario, ProgressTask task, CancellationToken cancellation)
    {
        var load = new Load(
            options.Connections ?? scenario.Defaults.Connections, options.Rate ?? scenario.Defaults.Rate,
            options.Seconds ?? scenario.Defaults.Seconds, options.Size ?? scenario.Defaults.Size);
        for (var round = 1; round <= options.Rounds; round++)
        {
            // Every second round in reverse, so that no server always comes first.
            var names = stage.Servers.Select(s => s.Name);
            foreach (var name in (round % 2 == 1 ? names : names.Reverse()).ToArray())
            {
                task.Description = $"{scenario.Name} {round}/{options.Rounds} {name}";
                var server = stage.Servers.First(s => s.Name == name);
                if (scenario.Suits(server))
                {
                    if (scenario.NeedsFreshServer && stage.CanRestart(server)) server = await stage.RestartAsync(server, cancellation);
                    _rounds.AddRange(await scenario.RunAsync(bench, server, load, cancellation));
                }

                task.Increment(1);
            }
        }
    }

    private int Judge(IReadOnlyList<Row> medians)
    {
        if (options.Slos.Count == 0) return 0;
        var first = stage.Servers[0].Name;
        var broken = options.Slos.SelectMany(slo => medians.Where(r => r.Server == first).Select(row => slo.Broken(row, medians))).OfType<string>().ToArray();
        foreach (var text in broken) console.MarkupLine($"[red]not held[/]  {Markup.Escape(text)}");
        if (broken.Length == 0) console.MarkupLine($"[green]all {options.Slos.Count} bounds held[/]");
        return broken.Length == 0 ? 0 : 1;
    }
}
