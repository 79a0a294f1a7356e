using System.CommandLine;
using Gateway.LoadTest.Chaos;
using Gateway.LoadTest.Client;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Scenarios;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest;

/// <summary>The command line: a command for each scenario, one for the whole table, two hidden ones for child processes.</summary>
internal static class Cli
{
    public static RootCommand Build()
    {
        var root = new RootCommand("Measures a WebSocket gateway: CPU and memory of the server process, deliveries, latency, loss.");
        foreach (var scenario in AllScenarios.List) root.Add(ScenarioCommand(scenario.Name, scenario.Description, [scenario]));
        root.Add(ScenarioCommand("table", "all scenarios but slow and soak, one after another", [.. AllScenarios.Table]));
        root.Add(ChaosCommand.Build());
        root.Add(Serve());
        root.Add(WorkerCommand());
        return root;
    }

    private static Command ScenarioCommand(string name, string description, IReadOnlyCollection<Scenario> scenarios)
    {
        var command = new Command(name, description);
        var options = new CliOptions(command);
        command.SetAction(async (parsed, cancellation) => await Session.RunAsync(name, options.Read(parsed), scenarios, cancellation));
        return command;
    }

    private static Command Serve()
    {
        var name = new Argument<string>("baseline");
        var port = new Option<int>("--port") { Required = true };
        var redis = new Option<string>("--redis") { Required = true };
        var prefix = new Option<string>("--prefix") { Required = true };
        var command = new Command("serve", "One of the baselines.") { name, port, redis, prefix };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => Baseline.ServeAsync(
            parsed.GetRequiredValue(name), parsed.GetValue(port), RedisAddress.Parse(parsed.GetRequiredValue(redis)), parsed.GetRequiredValue(prefix), cancellation));
        return command;
    }

    private static Command WorkerCommand()
    {
        var loops = new Option<int>("--loops") { Required = true };
        var command = new Command("worker", "Holds connections for another process of this tool.") { loops };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => Worker.RunAsync(parsed.GetValue(loops), cancellation));
        return command;
    }
}
