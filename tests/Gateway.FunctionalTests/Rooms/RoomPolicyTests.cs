using Gateway.Hosting.Options;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Rooms;

internal sealed class RoomPolicyTests
{
    private static readonly string[] Policies =
    [
        .. Policy(0, "vip:closed-part", "Closed", "Closed"), .. Policy(1, "vip:*", "Member", "Member"), .. Policy(2, "news:*", "Open", "Closed"),
        .. Policy(3, "staff:*", "Operator", "Operator"), .. Policy(4, "wall:*", "Open", "Open"), .. Policy(5, "own:*", "Owner", "Owner"),
    ];

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, Policies);

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("lobby", true, Description = "any other room is open")]
    [TestCase("vip:1", true, Description = "the claim rooms has a matching pattern")]
    [TestCase("vip:closed-part", false, Description = "the first match counts")]
    [TestCase("news:today", true)]
    [TestCase("staff:room", false)]
    [TestCase("ops:pager", false)]
    [TestCase("own:thing", false, Description = "a room has no owner")]
    [TestCase("user:alice", true)]
    [TestCase("user:bob", false)]
    public async Task A_user_may_join_what_the_policy_allows(string room, bool allowed)
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("alice", ("rooms", new[] { "vip:*" })));

        var response = await client.AskAsync($$"""{"type":"join_room","room":"{{room}}"}""");

        if (allowed) response.MustBeAck();
        else response.MustBeError(403);
    }

    [Test]
    public async Task Without_the_claim_a_members_room_is_closed()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("alice", ("rooms", new[] { "vip", "vip:2*" })));

        (await client.AskAsync("""{"type":"join_room","room":"vip:1"}""")).MustBeError(403);
        await client.JoinAsync("vip:25");
    }

    [TestCase("role", "operator")]
    [TestCase("role", "admin")]
    [TestCase("roles", "operator")]
    public async Task Operators_join_and_publish_where_operators_may(string claim, string role)
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("olga", (claim, new[] { role })));

        foreach (var room in new[] { "staff:room", "ops:pager" })
        {
            await client.JoinAsync(room);
            (await client.AskAsync($$"""{"type":"room_message","room":"{{room}}","content":"hi"}""")).MustBeAck();
        }
    }

    [TestCase("news:today", 403)]
    [TestCase("staff:room", 403)]
    [TestCase("user:alice", 403)]
    [TestCase("user:bob", 403)]
    [TestCase("lobby", 404)]
    [TestCase("wall:1", 0)]
    public async Task A_user_may_publish_what_the_policy_allows_without_being_in_the_room(string room, int code)
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice", "rooms=news:today");

        var response = await client.AskAsync($$"""{"type":"room_message","room":"{{room}}","content":"hi"}""");

        if (code == 0) response.MustBeAck();
        else response.MustBeError(code);
    }

    [Test]
    public async Task Users_may_not_write_to_users_where_the_setting_forbids_it()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Rooms:AllowUserMessages=false");
        await using var client = await Client.ConnectAsync(gateway, "alice");

        (await client.AskAsync("""{"type":"user_message","to":"bob","content":"hi"}""")).MustBeError(403);
    }

    [Test]
    public async Task Messages_of_a_room_with_a_batch_window_come_whole_and_in_order()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Rooms:Policies:0:Pattern=ticker:*", "--Rooms:Policies:0:BatchWindow=100ms");
        await using var client = await Client.ConnectAsync(gateway, "alice", "rooms=ticker:1,lobby");
        foreach (var (room, content) in new[] { ("ticker:1", 1), ("ticker:1", 2), ("lobby", 3), ("ticker:1", 4) })
            await client.SendAsync($$"""{"type":"room_message","room":"{{room}}","content":"{{content}}"}""");

        var contents = new List<string?>();
        while (contents.Count < 4) contents.Add((await client.NextAsync("room_message")).GetProperty("content").GetProperty("text").GetString());

        Assert.That(contents, Is.EquivalentTo(new[] { "1", "2", "3", "4" }));
        Assert.That(contents.Where(c => c != "3"), Is.Ordered, "the lobby's may overtake the ticker's, which keep their order");
    }

    [Test]
    public async Task A_policy_without_a_pattern_that_could_match_stops_the_start_and_is_named()
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(() => ServiceHost.GatewayAsync(redis: null, Policy(0, "a b", "Open", "Open")));

        Assert.That(wrong!.Message, Does.Contain("Rooms:Policies:0:Pattern"));
    }

    private static string[] Policy(int index, string pattern, string join, string publish) =>
        [$"--Rooms:Policies:{index}:Pattern={pattern}", $"--Rooms:Policies:{index}:Join={join}", $"--Rooms:Policies:{index}:Publish={publish}"];
}
