using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Publishers that speak to Redis directly, on channels of a former system.</summary>
internal sealed class ForeignChannelTests
{
    private Pods _pods = null!;

    [OneTimeSetUp]
    public async Task Start() => _pods = await Pods.StartAsync("--Redis:Contracts=websocket,notifications");

    [OneTimeTearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [TestCase("""{"type":"system","content":{"message":"hi"}}""")]
    [TestCase("""{"message":{"type":"system","content":{"message":"hi"}}}""")]
    public async Task C11_A_broadcast_reaches_everybody_on_both_gateways_bare_or_wrapped(string payload)
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");

        Assert.That(await _pods.Redis.PublishAsync("websocket:broadcast", payload), Is.EqualTo(2), "one subscription per pod");

        foreach (var client in new[] { alice, bob }) Assert.That((await client.UntilMarkerAsync()).Types(), Is.EqualTo(["system"]));
    }

    [TestCase("alice")]
    [TestCase("tenant:7:alice")]
    [TestCase("auth0|5f")]
    public async Task C11_A_user_channel_reaches_that_user_also_with_a_colon_in_the_id(string id)
    {
        await using var user = await Client.ConnectAsync(_pods.A, id);
        await using var other = await Client.ConnectAsync(_pods.A, "other");

        await _pods.Redis.PublishAsync("websocket:user:" + id, """{"message":{"type":"data_update","content":{"entity":"order"}}}""");

        Assert.That((await user.UntilMarkerAsync()).Types(), Is.EqualTo(["data_update"]));
        Assert.That(await other.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C11_A_room_channel_reaches_the_members_with_the_envelope_of_the_publisher()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        await alice.JoinAsync("chat:room001");

        await _pods.Redis.PublishAsync(
            "websocket:room:chat:room001", """{"message":{"type":"room_message","content":{"text":"hi"},"timestamp":1700000000,"from":"svc","from_name":"Service"}}""");

        var got = (await alice.UntilMarkerAsync()).Single();
        Assert.Multiple(() =>
        {
            Assert.That(got.GetProperty("room").GetString(), Is.EqualTo("chat:room001"));
            Assert.That(got.GetProperty("timestamp").GetInt64(), Is.EqualTo(1_700_000_000));
            Assert.That((got.GetProperty("from").GetString(), got.GetProperty("from_name").GetString()), Is.EqualTo(("svc", "Service")));
        });
        Assert.That(await bob.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C11_A_notification_channel_needs_no_type()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");

        await _pods.Redis.PublishAsync("websocket:notification:alice", """{"content":{"title":"t","body":"b"}}""");

        Assert.That((await alice.UntilMarkerAsync()).Types(), Is.EqualTo(["notification"]));
    }

    [TestCase("not JSON")]
    [TestCase("""{"type":"welcome","content":{}}""")]
    [TestCase("[]")]
    public async Task C11_An_invalid_payload_is_ignored(string payload)
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");

        await _pods.Redis.PublishAsync("websocket:user:alice", payload);
        await _pods.Redis.PublishAsync("websocket:broadcast", payload);

        Assert.That(await alice.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task Without_the_setting_channels_of_other_systems_are_not_subscribed()
    {
        await using var plain = await Pods.StartAsync();
        await using var alice = await Client.ConnectAsync(plain.A, "alice");

        Assert.That(await plain.Redis.PublishAsync("websocket:broadcast", "{}"), Is.Zero);
        Assert.That(await plain.Redis.PublishAsync("websocket:user:alice", "{}"), Is.Zero);
    }

    [Test]
    public async Task An_exact_name_is_matched_before_a_pattern_so_no_user_id_can_listen_to_it()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var sly = await Client.ConnectAsync(_pods.A, "assignment");

        await _pods.Redis.PublishAsync("notifications:assignment", """{"user_id":"alice","title":"yours","content":"c"}""");

        Assert.That((await alice.UntilMarkerAsync()).Types(), Is.EqualTo(["notification"]));
        Assert.That(await sly.UntilMarkerAsync(), Is.Empty);
    }
}
