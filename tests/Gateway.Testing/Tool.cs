using System.ComponentModel;
using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>A command-line tool, run in the root of the repository.</summary>
internal static class Tool
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await TestTimeout.For(Task.WhenAll(output, error, process.WaitForExitAsync()), $"{program} to end");
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception e)
        {
            throw new NotSupportedException($"{program} is not installed; tests/run.sh installs what the tests need", e);
        }
    }
}
