using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Hosting.Running;
using NUnit.Framework;
using Standalone;

namespace Gateway.FunctionalTests.Standalone;

/// <summary>The process itself, in an environment made for something else, and the lines that it prints for the user to type.</summary>
internal sealed partial class PrintedLinesTests
{
    private const string LastLine = "Press Ctrl+C to stop.";

    [Test]
    public async Task What_it_prints_works_as_printed()
    {
        using var process = Launch(FreePort());
        try
        {
            var printed = await TestTimeout.For(ReadAsync(process), "the process to say how to use it");
            using var socket = new TrialSocket();
            await socket.OpenAsync(new Uri(SocketUrl().Match(printed).Value));

            var curl = printed.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith("curl ", StringComparison.Ordinal));
            var (code, output, error) = await Tool.RunAsync("sh", ["-c", curl + " --fail-with-body --silent --show-error"]);

            Assert.That(code, Is.Zero, output + error);
            var message = await socket.NextAsync("notification");
            Assert.That(message["content"]!["body"]!.GetValue<string>(), Is.EqualTo("from curl"));
            Assert.That(message["to"]!.GetValue<string>(), Is.EqualTo("demo"));

            await socket.CloseAsync();
            await Tool.RunAsync("kill", ["-TERM", $"{process.Id}"]);
            await TestTimeout.For(process.WaitForExitAsync(), "the process to end");
            Assert.That(process.ExitCode, Is.Zero);
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public async Task A_port_in_use_is_reported_without_a_stack_trace()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var process = Launch(port);
        var error = process.StandardError.ReadToEndAsync();
        await TestTimeout.For(process.WaitForExitAsync(), "the process to give up");

        Assert.That(process.ExitCode, Is.EqualTo(ServiceRunner.InvalidSettings));
        Assert.That(await error, Does.Contain($"{port}").And.Contain("PORT").And.Not.Contain("   at "));
    }

    private static Process Launch(int port)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(StandaloneApp).Assembly.Location])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["PORT"] = $"{port}";
        foreach (var (name, value) in new[]
                 {
                     ("ASPNETCORE_ENVIRONMENT", "Production"), ("ASPNETCORE_URLS", "http://0.0.0.0:1"), ("REDIS_HOST", "redis.invalid"),
                     ("JWT_SECRET", "short"), ("JWT_ISSUER", "another"), ("Listen__Address", "0.0.0.0"),
                 })
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var printed = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            printed.AppendLine(line);
            if (line.Trim() == LastLine) return printed.ToString();
        }

        throw new InvalidOperationException($"it ended: {printed}{await process.StandardError.ReadToEndAsync()}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"ws://[^' ]+")]
    private static partial Regex SocketUrl();
}
