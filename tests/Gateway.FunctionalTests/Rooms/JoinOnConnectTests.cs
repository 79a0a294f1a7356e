using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Rooms;

/// <summary>Rooms of the query and of the token's claim <c>subscribe</c>.</summary>
internal sealed class JoinOnConnectTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, "--Rooms:Policies:0:Pattern=sealed:*", "--Rooms:Policies:0:Join=Closed");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Rooms_of_the_query_are_joined_before_the_first_command()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice", "rooms=a,%20b,,a");
        await client.UntilMarkerAsync();

        await PublishAsync("a");
        await PublishAsync("b");

        Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("room").GetString()), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public async Task A_room_of_the_query_that_a_policy_forbids_is_an_error_frame_and_the_others_are_joined()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice", "rooms=a,ops:pager,user:bob,b");
        var errors = await client.UntilMarkerAsync();
        errors.ForEach(e => e.MustBeError(403));
        Assert.That(errors, Has.Count.EqualTo(2));

        foreach (var room in new[] { "a", "ops:pager", "b" }) await PublishAsync(room);

        Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("room").GetString()), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public async Task Rooms_of_the_tokens_claim_subscribe_are_joined_by_the_server()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?rooms=c&token=" + Tokens.For("alice", ("subscribe", new[] { "a", "b" })));
        await client.UntilMarkerAsync();

        foreach (var room in new[] { "a", "b", "c", "d" }) await PublishAsync(room);

        Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("room").GetString()), Is.EqualTo(["a", "b", "c"]));
    }

    [Test]
    public async Task The_claim_opens_rooms_that_are_closed_to_joins_and_no_one_elses_user()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("alice", ("subscribe", new[] { "sealed:a", "user:bob" })));
        await using var other = await Client.ConnectAsync(_gateway, "bob");
        (await client.NextAsync()).MustBeError(403);
        (await other.AskAsync("""{"type":"join_room","room":"sealed:a"}""")).MustBeError(403);

        await PublishAsync("sealed:a");
        await PublishAsync("user:bob");

        Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("room").GetString()), Is.EqualTo(["sealed:a"]));
    }

    private async Task PublishAsync(string room) =>
        await _gateway.Publisher.BroadcastToRoomAsync(room, new OutgoingMessage { Type = "news" });
}
