using Gateway.LoadTest.Scenarios;
using Gateway.LoadTest.Servers;
using Spectre.Console;

namespace Gateway.LoadTest;

/// <summary>One call of the tool: starts the servers, measures, ends them; an error is printed as one line.</summary>
internal static class Session
{
    private const int BoundBroken = 1, Failed = 2;
    private const int WidthOfAFile = 250;

    public static async Task<int> RunAsync(string command, RunOptions options, IReadOnlyCollection<Scenario> scenarios, CancellationToken cancellation)
    {
        // Tables that are redirected to a file need not fit a terminal.
        var console = Console.IsOutputRedirected
            ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors })
            : AnsiConsole.Console;
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfAFile;
        try
        {
            await using var stage = await Stage.SetAsync(options, cancellation);
            return await new Runner(options, stage, console).RunAsync(command, scenarios, cancellation) == 0 ? 0 : BoundBroken;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }
}
