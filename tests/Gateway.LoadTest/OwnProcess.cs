using System.Diagnostics;

namespace Gateway.LoadTest;

/// <summary>This tool again, as a child with another command.</summary>
internal static class OwnProcess
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known");
        var dll = typeof(OwnProcess).Assembly.Location;
        // Started by "dotnet x.dll" the process is dotnet itself.
        var prefix = Path.GetFileNameWithoutExtension(self) == "dotnet" ? new[] { dll } : [];
        return new ProcessStartInfo(self, prefix.Concat(arguments)) { UseShellExecute = false };
    }

    /// <summary>Waits for its end, and kills it after a timeout.</summary>
    public static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
