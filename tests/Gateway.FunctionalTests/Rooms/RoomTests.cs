using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Rooms;

internal sealed class RoomTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("""{"type":"join_room","content":"chat:room001"}""", """{"type":"leave_room","content":"chat:room001"}""")]
    [TestCase("""{"type":"join_room","room":"chat:room001"}""", """{"type":"leave_room","room":"chat:room001"}""")]
    [TestCase("""{"type":"join_room","content":{"room":"chat:room001"}}""", """{"type":"leave_room","content":{"room":"chat:room001"}}""")]
    public async Task C6_A_room_is_joined_and_left_by_content_or_by_room(string join, string leave)
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        (await client.AskAsync(join)).MustBeAck();
        await PublishAsync("chat:room001", "in");
        Assert.That((await client.UntilMarkerAsync()).Types(), Is.EqualTo(["in"]));

        (await client.AskAsync(leave)).MustBeAck();
        await PublishAsync("chat:room001", "out");
        Assert.That(await client.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C6_Leaving_a_room_without_being_a_member_is_404()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        (await client.AskAsync("""{"type":"leave_room","room":"chat:room001"}""")).MustBeError(404);
    }

    [TestCase("""{"type":"room_message","content":{"room":"chat:room001","text":"hi"}}""")]
    [TestCase("""{"type":"room_message","room":"chat:room001","content":{"text":"hi"}}""")]
    [TestCase("""{"type":"room_message","room":"chat:room001","content":"hi"}""")]
    public async Task C7_Room_message_reaches_members_only_and_the_sender_gets_its_copy(string command)
    {
        await using var alice = await Client.ConnectAsync(_gateway, "alice", "rooms=chat:room001");
        await using var bob = await Client.ConnectAsync(_gateway, "bob", "rooms=chat:room001");
        await using var eve = await Client.ConnectAsync(_gateway, "eve", "rooms=chat:room002");
        foreach (var client in new[] { alice, bob, eve }) await client.UntilMarkerAsync();

        await alice.SendAsync(command);

        foreach (var member in new[] { alice, bob })
        {
            var got = await member.NextAsync("room_message");
            Assert.That(got.GetProperty("room").GetString(), Is.EqualTo("chat:room001"));
            Assert.That(got.Text(), Is.EqualTo("hi"));
            Assert.That(await member.UntilMarkerAsync(), Is.Empty, "once");
        }

        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C7_The_sender_is_stamped_from_the_token_and_a_clients_own_from_is_ignored()
    {
        await using var alice = await Client.OpenAsync(_gateway, "/ws?rooms=chat:room001&token=" + Tokens.For("alice", ("username", "Alice A.")));

        await alice.SendAsync(
            """{"type":"room_message","room":"chat:room001","from":"admin","from_name":"Admin","content":{"text":"hi","from":"admin","from_name":"Admin"}}""");

        var got = await alice.NextAsync("room_message");
        Assert.Multiple(() =>
        {
            Assert.That(got.GetProperty("from").GetString(), Is.EqualTo("alice"));
            Assert.That(got.GetProperty("from_name").GetString(), Is.EqualTo("Alice A."));
            Assert.That(got.GetRawText(), Does.Not.Contain("dmin"));
        });
    }

    [Test]
    public async Task C7_A_message_of_a_non_member_is_404_and_reaches_nobody()
    {
        await using var member = await Client.ConnectAsync(_gateway, "alice", "rooms=chat:room001");
        await using var stranger = await Client.ConnectAsync(_gateway, "eve");
        await member.UntilMarkerAsync();

        (await stranger.AskAsync("""{"type":"room_message","room":"chat:room001","content":{"text":"hi"}}""")).MustBeError(404);

        Assert.That(await member.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C17_A_reconnected_client_that_joins_again_is_in_its_room_again()
    {
        var first = await Client.ConnectAsync(_gateway, "alice", "rooms=chat:room001");
        await first.UntilMarkerAsync();
        await first.DisposeAsync();

        await using var again = await Client.ConnectAsync(_gateway, "alice", "rooms=chat:room001");
        await again.UntilMarkerAsync();
        await PublishAsync("chat:room001", "after");

        await again.NextAsync("after");
    }

    private async Task PublishAsync(string room, string type) =>
        await _gateway.Publisher.BroadcastToRoomAsync(room, new OutgoingMessage { Type = type });
}
