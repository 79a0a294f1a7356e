using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Recovery;

/// <summary>Handshakes while Redis is away: their targets stay wanted, and what was missed is sent when Redis is back.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DegradedResumeTests
{
    private RedisServer _redis = null!;
    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _redis = await RedisServer.StartAsync(null, "--appendonly", "yes", "--appendfsync", "always");
        _gateway = await ServiceHost.GatewayAsync(_redis);
        await TestTimeout.Until(() => Pods.IsConnected(_gateway), "the gateway to reach Redis");
    }

    [TearDown]
    public async Task Stop()
    {
        await _gateway.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_cursor_that_is_given_while_Redis_is_away_is_resumed_when_it_is_back()
    {
        string cursor;
        await using (var first = await Client.ConnectAsync(_gateway, "ann", "rooms=r")) cursor = first.Welcome.Cursor();
        await PublishAsync(1, 20);
        await _redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(_gateway), "the gateway to notice");

        await using var client = await Client.ConnectAsync(_gateway, "ann", $"cursor={Uri.EscapeDataString(cursor)}");
        Assert.That(client.Welcome.GetProperty("data").GetProperty("degraded").GetBoolean(), Is.True);
        await _redis.StartAsync();

        var resume = await client.NextAsync("resume");
        Assert.That(resume.Content("recovered").GetBoolean(), Is.True, resume.GetRawText());
        Assert.That(resume.Content("targets").EnumerateArray().Select(t => t.GetProperty("room").GetString()), Is.EquivalentTo(new[] { "all", "user:ann", "r" }));
        Assert.That((await client.NextAsync(20)).Numbers(), Is.EqualTo(Enumerable.Range(1, 20)));
        await PublishAsync(21, 22);
        Assert.That((await client.NextAsync(2)).Numbers(), Is.EqualTo(new[] { 21, 22 }));
    }

    [Test]
    public async Task A_room_that_the_client_leaves_while_Redis_is_away_is_not_joined_later()
    {
        await _redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(_gateway), "the gateway to notice");
        await using var client = await Client.ConnectAsync(_gateway, "ann", "rooms=r");
        (await client.AskAsync("""{"type":"leave_room","room":"r"}""")).MustBeAck();
        await _redis.StartAsync();

        await client.NextAsync("resume");
        await PublishAsync(1, 1);
        Assert.That(await client.UntilMarkerAsync(), Is.Empty);
        (await client.AskAsync("""{"type":"leave_room","room":"r"}""")).MustBeError(404);
    }

    private async Task PublishAsync(int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            // Right after the return of Redis a publish may still be refused; the id makes the repeat harmless.
            var message = OutgoingMessage.Of("t", new { n = i }) with { Id = $"n{i}" };
            await TestTimeout.Until(async () => (await _gateway.Publisher.PublishAsync(Target.Room("r"), message)).Taken, "the publish to be acknowledged");
        }
    }
}
