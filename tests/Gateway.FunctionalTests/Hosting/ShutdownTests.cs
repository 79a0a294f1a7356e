using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>Services in processes of their own that are told to stop.</summary>
internal sealed class ShutdownTests
{
    private static readonly (string, string)[] Settings =
        [("PORT", "0"), ("JWT_SECRET", Tokens.Secret), ("ASPNETCORE_ENVIRONMENT", "Development")];

    [TestCase("Gateway.dll", "GET / HTTP/1.1\r\nHost: x\r\nX-Half: ")]
    [TestCase("AdminApi.dll", "GET / HTTP/1.1\r\nHost: x\r\nX-Half: ")]
    [TestCase("AdminApi.dll", "GET /hea")]
    [TestCase("AdminApi.dll", "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nAuthorization: Bearer {token}\r\n\r\n{\"target\":")]
    public async Task A_half_sent_request_does_not_hold_the_exit(string assembly, string half)
    {
        await using var service = ServiceProcess.Start(assembly, Settings);
        var uri = await service.UriAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, uri.Port);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(half.Replace("{token}", Tokens.For("alice", ("roles", "admin")), StringComparison.Ordinal)));
        await service.SignalAsync("TERM");
        Assert.That(await service.ExitCodeAsync(), Is.Zero, service.Output);
    }

    [TestCase("INT", 130)]
    [TestCase("TERM", 143)]
    public async Task A_second_signal_ends_the_process_at_once(string signal, int exitCode)
    {
        await using var service = ServiceProcess.Start("Gateway.dll", [.. Settings, ("Drain__Budget", "10m")]);
        await using var client = await WireClient.SendAsync(await service.UriAsync(), WireClient.Request("alice"));
        await using var other = await WireClient.SendAsync(await service.UriAsync(), WireClient.Request("bob"));
        await client.WelcomeAsync();
        await other.WelcomeAsync();
        await service.SignalAsync(signal);
        await TestTimeout.Until(() => service.Output.Contains("Draining", StringComparison.OrdinalIgnoreCase), "the drain");
        await service.SignalAsync(signal);
        Assert.That(await service.ExitCodeAsync(), Is.EqualTo(exitCode), service.Output);
    }

    [TestCase("Gateway.dll")]
    [TestCase("AdminApi.dll")]
    [TestCase("UserApi.dll")]
    public async Task A_port_in_use_is_reported_in_one_text_that_names_PORT(string assembly)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var service = ServiceProcess.Start(assembly, [.. Settings, ("PORT", $"{((IPEndPoint)taken.LocalEndpoint).Port}")]);
        Assert.That(await service.ExitCodeAsync(), Is.EqualTo(78), service.Output);
        Assert.That(service.Output, Does.Contain("address already in use").And.Contain("PORT=").And.Not.Contain("   at ").And.Not.Contain("fail:"));
    }
}
