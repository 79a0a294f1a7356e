using Gateway.LoadTest.Scenarios;
using Gateway.LoadTest.Servers;
using Spectre.Console;

namespace Gateway.LoadTest;

/// <summary>One call of the tool: set the stage, measure, clear up; what goes wrong on the way is told in a line.</summary>
internal static class Session
{
    private const int BoundBroken = 1, Failed = 2;
    private const int NarrowestTable = 200;

    public static async Task<int> RunAsync(string command, RunOptions options, IReadOnlyCollection<Scenario> scenarios, CancellationToken cancellation)
    {
        // Tables that go to a file have no terminal to fit into.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = NarrowestTable;
        try
        {
            await using var stage = await Stage.SetAsync(options, cancellation);
            return await new Runner(options, stage, AnsiConsole.Console).RunAsync(command, scenarios, cancellation) == 0 ? 0 : BoundBroken;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }
}
