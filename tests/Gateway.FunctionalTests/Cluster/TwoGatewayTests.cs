using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Cluster;

internal sealed class TwoGatewayTests
{
    private Pods _pods = null!;

    [OneTimeSetUp]
    public async Task Start() => _pods = await Pods.StartAsync("--Connections:QueueFrames=100000", "--Connections:QueueBytes=16777216");

    [OneTimeTearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [TestCase("user_message")]
    [TestCase("chat")]
    public async Task C8_A_message_to_one_user_reaches_all_connections_on_both_gateways_once_each(string type)
    {
        await using var phone = await Client.ConnectAsync(_pods.A, "bob");
        await using var laptop = await Client.ConnectAsync(_pods.B, "bob");
        await using var eve = await Client.ConnectAsync(_pods.B, "eve");
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");

        (await alice.AskAsync($$$"""{"type":"{{{type}}}","to":"bob","content":{"text":"hi"}}""")).MustBeAck();

        foreach (var device in new[] { phone, laptop }) Assert.That((await device.UntilMarkerAsync()).Types(), Is.EqualTo([type]));
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C7_A_room_message_reaches_its_members_on_both_gateways_once_each()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        await using var eve = await Client.ConnectAsync(_pods.B, "eve");
        foreach (var member in new[] { alice, bob }) await member.JoinAsync("chat:two");

        await alice.SendAsync("""{"type":"room_message","room":"chat:two","content":"hi"}""");

        foreach (var member in new[] { alice, bob }) Assert.That((await member.UntilMarkerAsync()).Types(), Is.EqualTo(["room_message"]));
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C14_What_is_published_at_one_gateway_reaches_both_whichever_it_was()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        foreach (var pod in new[] { _pods.A, _pods.B })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast") { Content = new StringContent("""{"title":"t","body":"b"}""", null, "application/json") };
            request.Headers.Add("Authorization", "Bearer " + Tokens.WithScopes("svc", "publish:all"));
            using var response = await pod.Http.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }

        foreach (var client in new[] { alice, bob }) Assert.That((await client.UntilMarkerAsync()).Types(), Is.EqualTo(["notification", "notification"]));
    }

    [Test]
    public async Task A_client_in_several_targets_gets_one_copy_over_Redis_too()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice", "rooms=one,two");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob", "rooms=two");
        foreach (var client in new[] { alice, bob }) await client.UntilMarkerAsync();
        Target[] targets = [Target.Room("one"), Target.Room("two"), Target.User("alice"), Target.All];

        await _pods.B.Publisher.PublishAsync(targets, new OutgoingMessage { Type = "once" });

        Assert.That((await alice.UntilMarkerAsync()).Types(), Is.EqualTo(["once", "position", "position", "position"]));
        Assert.That((await bob.UntilMarkerAsync()).Types(), Is.EqualTo(["once", "position"]));
    }

    [Test]
    public async Task An_id_that_was_sent_through_one_gateway_is_a_duplicate_at_the_other()
    {
        await using var atA = await Client.ConnectAsync(_pods.A, "alice");
        await using var atB = await Client.ConnectAsync(_pods.B, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        var command = $$$"""{"type":"user_message","to":"bob","id":"{{{Guid.NewGuid():n}}}","content":{"text":"once"}}""";

        Assert.That((await atA.AskAsync(command)).Content("duplicate").GetBoolean(), Is.False);
        Assert.That((await atB.AskAsync(command)).Content("duplicate").GetBoolean(), Is.True);

        Assert.That(await bob.UntilMarkerAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Ten_thousand_messages_to_a_room_arrive_in_their_order_on_both_gateways()
    {
        const int count = 10_000;
        Client[] clients = [await Client.ConnectAsync(_pods.A, "alice"), await Client.ConnectAsync(_pods.A, "carol"), await Client.ConnectAsync(_pods.B, "bob")];
        foreach (var client in clients) await client.JoinAsync("order");
        var publisher = _pods.A.Publisher;

        for (var first = 0; first < count; first += 500)
        {
            var sent = Enumerable.Range(first, 500).Select(i => publisher.BroadcastToRoomAsync("order", OutgoingMessage.Of("n", i)).AsTask()).ToList();
            foreach (var result in await Task.WhenAll(sent)) Assert.That(result.Taken);
        }

        foreach (var client in clients)
        {
            Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("content").GetInt32()), Is.EqualTo(Enumerable.Range(0, count)));
            await client.DisposeAsync();
        }
    }
}
