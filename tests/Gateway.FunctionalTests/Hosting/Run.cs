using Gateway.Hosting.Running;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>A service's Main, in this process, with what it writes to the error stream.</summary>
internal static class Run
{
    public static async Task<(int ExitCode, string Error)> Async(params string[] args)
    {
        var console = Console.Error;
        var error = new StringWriter();
        Console.SetError(error);
        try
        {
            var exit = await TestTimeout.For(ServiceRunner.RunAsync(["--Listen:Address=127.0.0.1", "--Auth:Secret=" + Tokens.Secret, .. args], BareService.Create), "the end of the service");
            return (exit, error.ToString());
        }
        finally
        {
            Console.SetError(console);
        }
    }
}
