using System.Diagnostics;
using System.Text;
using Gateway.FunctionalTests.Handshake;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Pings of RFC 6455 every second, and two seconds without a frame are the end.</summary>
internal sealed class HeartbeatTests
{
    private const int Ping = 9, Pong = 10;
    private const int RoundsBeyondTheTimeout = 4;

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, "--Heartbeat:Interval=1s");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_peer_that_shows_no_sign_of_life_is_pinged_and_then_closed_with_4408()
    {
        await using var dead = await WireClient.ConnectAsync(_gateway, "alice");

        await dead.NextAsync(Ping);

        var end = await dead.EndAsync();
        Assert.That(end.CloseCode, Is.EqualTo(4408));
        Assert.That(end.Reset, Is.False, "FIN after the close frame");
    }

    /// <summary>A frozen process: its kernel acknowledges what is sent, and nothing is read. The close frame is not answered either.</summary>
    [Test]
    public async Task Five_hundred_frozen_clients_are_disconnected()
    {
        const int frozen = 500;
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Heartbeat:Interval=1s", "--Limits:MaxConnectionsPerAddress=0", "--Limits:HandshakesPerSecond=0");
        var clients = await Task.WhenAll(Enumerable.Range(0, frozen).Select(i => WireClient.ConnectAsync(gateway, $"user-{i}")));
        var registry = gateway.Services.GetRequiredService<Registry.ConnectionRegistry>();
        Assert.That(registry.Connections, Is.Positive);
        var started = Stopwatch.GetTimestamp();
        await TestTimeout.Until(() => registry.Connections == 0, "the frozen clients to be disconnected");
        await TestContext.Out.WriteLineAsync($"{frozen} frozen clients were disconnected within {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s (interval 1 s, timeout 2 s, close 2 s)");
        foreach (var client in clients) await client.DisposeAsync();
    }

    [TestCase(1, """{"type":"leave_room","room":"none"}""")]
    [TestCase(Ping, "p")]
    [TestCase(Pong, "unasked")]
    public async Task Any_inbound_frame_is_a_sign_of_life(int opcode, string payload)
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");

        for (var i = 0; i < RoundsBeyondTheTimeout; i++)
        {
            await client.NextAsync(Ping);
            await client.WriteAsync(new ClientFrame(opcode) { Payload = Encoding.UTF8.GetBytes(payload) });
        }

        await client.NextAsync(Ping);
    }

    [Test]
    public async Task While_its_command_runs_a_client_counts_as_alive()
    {
        var tokens = new SlowTokens();
        await using var gateway = await tokens.GatewayAsync(configure: null, "--Heartbeat:Interval=1s");
        await using var waiting = await WireClient.ConnectAsync(gateway, "anybody");
        await using var silent = await WireClient.ConnectAsync(gateway, "anybody");
        tokens.Hold();
        await waiting.WriteAsync(ClientFrame.Text("""{"type":"refresh_token","ref":"r1","content":"token"}"""));
        await TestTimeout.For(tokens.Reached, "the command to wait");
        await silent.WriteAsync(new ClientFrame(Pong));

        Assert.That((await silent.EndAsync()).CloseCode, Is.EqualTo(4408), "silent for less time than the waiting client");
        tokens.Release();

        Assert.That((await waiting.NextAsync(1)).Text, Does.Contain("r1"));
    }
}
