using Gateway.FunctionalTests.Infrastructure;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Gateways;

/// <summary>Pings of RFC 6455 every second, and two seconds without a frame are the end.</summary>
internal sealed class HeartbeatTests
{
    private const int RoundsBeyondTheTimeout = 4;

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, "--Heartbeat:Interval=1s");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_peer_that_shows_no_sign_of_life_is_pinged_and_then_closed_with_4408()
    {
        await using var dead = await RawClient.ConnectAsync(_gateway, "alice");

        await dead.NextAsync(RawClient.Ping);

        Assert.That(await dead.CloseCodeAsync(), Is.EqualTo(4408));
        Assert.That(await dead.EndsCleanlyAsync(), Is.True, "FIN after the close frame, no reset");
    }

    [Test]
    public async Task A_client_that_never_sends_but_answers_pings_stays()
    {
        await using var quiet = await Client.ConnectAsync(_gateway, "alice");
        await using var clock = await RawClient.ConnectAsync(_gateway, "clock");
        for (var i = 0; i < RoundsBeyondTheTimeout; i++) await clock.SendAsync(RawClient.Pong, await clock.NextAsync(RawClient.Ping));

        Assert.That(await quiet.UntilPongAsync(), Is.Empty);
    }

    [TestCase(RawClient.Text, """{"type":"leave_room","room":"none"}""")]
    [TestCase(RawClient.Ping, "p")]
    [TestCase(RawClient.Pong, "unasked")]
    public async Task Any_inbound_frame_is_a_sign_of_life(int opcode, string payload)
    {
        await using var client = await RawClient.ConnectAsync(_gateway, "alice");

        for (var i = 0; i < RoundsBeyondTheTimeout; i++)
        {
            await client.NextAsync(RawClient.Ping);
            await client.SendAsync(opcode, System.Text.Encoding.UTF8.GetBytes(payload));
        }

        await client.NextAsync(RawClient.Ping);
    }

    [Test]
    public async Task A_clients_own_ping_is_answered_with_its_payload()
    {
        await using var client = await RawClient.ConnectAsync(_gateway, "alice");

        await client.SendAsync(RawClient.Ping, [1, 2, 3]);

        Assert.That(await client.NextAsync(RawClient.Pong), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }
}
