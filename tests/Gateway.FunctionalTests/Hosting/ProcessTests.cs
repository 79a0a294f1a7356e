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
        await using var probe = ServiceProcess.StartWithArguments(service + ".dll", "--JWT_SECRET=" + Tokens.Secret, "--PORT=1", "--REDIS_HOST=127.0.0.1", "--probe");
        Assert.That(await probe.ExitCodeAsync(), Is.EqualTo(1), probe.Output);
        Assert.That(probe.Output, Does.Contain("http://127.0.0.1:1/health/live did not respond"));
    }

    [TestCase("Standalone")]
    [TestCaseSource(nameof(Services))]
    public async Task Help_and_version_are_printed_without_any_setting(string service)
    {
        await using var help = ServiceProcess.StartWithArguments(service + ".dll", "--help");
        Assert.That(await help.ExitCodeAsync(), Is.Zero, help.Output);
        Assert.That(help.Output, Does.Contain($"dotnet {service}.dll").And.Contain("--probe").And.Contain("JWT_SECRET").And.Contain("SETTINGS.md"));
        await using var version = ServiceProcess.StartWithArguments(service + ".dll", "--version");
        Assert.That(await version.ExitCodeAsync(), Is.Zero, version.Output);
        Assert.That(version.Output, Does.Match($@"^{service} \d+\.\d+"));
    }

    private static async Task<(int Exit, string Error)> RunAsync(string service, params (string Name, string Value)[] environment)
    {
        await using var process = ServiceProcess.Start(service + ".dll", environment);
        return (await process.ExitCodeAsync(), process.Output);
    }
}
