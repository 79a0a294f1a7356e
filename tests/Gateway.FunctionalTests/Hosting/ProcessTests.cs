using System.Diagnostics;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>The services as a container starts them: what the exit code and the error stream say.</summary>
internal sealed class ProcessTests
{
    private static readonly string[] Publishers = ["AdminApi", "UserApi"];

    private static readonly string[] Services = ["Gateway", .. Publishers];

    [TestCaseSource(nameof(Services))]
    public async Task Wrong_settings_end_the_process_with_78_and_one_text(string service)
    {
        var (exit, error) = await RunAsync(service, ("JWT_SECRET", "too short"), ("PORT", "none"), ("REDIS_HOST", "127.0.0.1"));
        Assert.That(exit, Is.EqualTo(78), error);
        Assert.That(error, Does.Contain("2 settings are wrong").And.Contain("JWT_SECRET or Auth__Secret").And.Contain("PORT or Listen__Port"));
        Assert.That(error, Does.Not.Contain("too short").And.Not.Contain("   at "));
    }

    [TestCaseSource(nameof(Publishers))]
    public async Task A_publisher_without_Redis_does_not_start_in_Production(string service)
    {
        var (exit, error) = await RunAsync(service, ("JWT_SECRET", Tokens.Secret), ("PORT", "0"), ("ASPNETCORE_ENVIRONMENT", "Production"));
        Assert.That(exit, Is.EqualTo(78), error);
        Assert.That(error, Does.Contain("Redis:Host is not set").And.Contain("REDIS_HOST or Redis__Host"));
    }

    [TestCaseSource(nameof(Services))]
    public async Task The_probe_of_a_service_that_does_not_run_ends_with_1(string service)
    {
        var (exit, error) = await RunAsync(service, ("JWT_SECRET", Tokens.Secret), ("PORT", "1"), ("REDIS_HOST", "127.0.0.1"), ("", "--probe"));
        Assert.That(exit, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("http://127.0.0.1:1/health/live did not answer"));
    }

    /// <param name="service">Whose Main.</param>
    /// <param name="environment">Names and values; an argument has no name.</param>
    private static async Task<(int Exit, string Error)> RunAsync(string service, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, service + ".dll")]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            if (name.Length > 0) start.Environment[name] = value;
            else start.ArgumentList.Add(value);
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = await TestTimeout.For(process.StandardError.ReadToEndAsync(), $"the end of {service}");
            await TestTimeout.For(output, $"the end of {service}");
            await TestTimeout.For(process.WaitForExitAsync(), $"the end of {service}");
            return (process.ExitCode, error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
