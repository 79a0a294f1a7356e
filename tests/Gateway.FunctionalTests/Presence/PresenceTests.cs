using System.Net;
using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Presence;

/// <summary>What one gateway does, over Redis and alone.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class PresenceTests(bool overRedis)
{
    private RedisServer? _redis;

    [SetUp]
    public async Task StartAsync() => _redis = overRedis ? await RedisServer.StartAsync() : null;

    [TearDown]
    public async Task StopAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_user_with_three_connections_comes_online_once_and_goes_offline_once()
    {
        await using var gateway = await GatewayAsync();
        await using var bob = await Client.ConnectAsync(gateway, "bob", "rooms=p:lobby");
        await using var watcher = await Client.ConnectAsync(gateway, "watcher", "rooms=p:lobby");
        var devices = new List<Client>();
        for (var i = 0; i < 3; i++) devices.Add(await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby"));
        await PresenceCluster.UntilMembersAsync(watcher, new() { ["bob"] = 1, ["watcher"] = 1, ["alice"] = 3 });
        foreach (var device in devices) await device.DisposeAsync();

        Assert.That(await StatusesUntilAsync(bob, "alice", "offline"), Is.EqualTo(["p:lobby alice online", "p:lobby alice offline"]));
    }

    [Test]
    public async Task A_user_who_leaves_a_room_is_announced_there_and_stays_online()
    {
        await using var gateway = await GatewayAsync();
        await using var bob = await Client.ConnectAsync(gateway, "bob", "rooms=p:lobby");
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby,p:other,plain");
        await PresenceCluster.UntilMembersAsync(alice, new() { ["bob"] = 1, ["alice"] = 1 });
        (await alice.AskAsync("""{"type":"leave_room","room":"p:lobby"}""")).MustBeAck();

        Assert.That(await StatusesUntilAsync(bob, "alice", "offline"), Is.EqualTo(["p:lobby alice online", "p:lobby alice offline"]));
        var users = (await PresenceCluster.OnlinePageAsync(gateway, "")).GetProperty("data").GetProperty("users");
        Assert.That(users.EnumerateArray().Select(user => user.GetProperty("user_id").GetString()), Is.EqualTo(["alice", "bob"]));
    }

    [Test]
    public async Task C10_With_Announce_All_every_client_is_told_who_comes_online_and_goes_offline()
    {
        await using var gateway = await GatewayAsync("--Presence:Announce=All");
        await using var bob = await Client.ConnectAsync(gateway, "bob");
        Assert.That((await bob.NextAsync("user_status")).Content("user_id").GetString(), Is.EqualTo("bob"));
        await using (await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby"))
        {
            var online = await bob.NextAsync("user_status");
            Assert.That(online.Content("status").GetString(), Is.EqualTo("online"));
            Assert.That(online.Content("user_id").GetString(), Is.EqualTo("alice"));
            Assert.That(online.Content("user_name").GetString(), Is.EqualTo("alice"));
            Assert.That(online.TryGetProperty("offset", out _), Is.False, "numbered");
            Assert.That(online.TryGetProperty("room", out _), Is.False, "a room");
        }

        Assert.That((await bob.NextAsync("user_status")).Content("status").GetString(), Is.EqualTo("offline"));
        Assert.That((await bob.NextAsync("user_offline")).Content("user_id").GetString(), Is.EqualTo("alice"));
    }

    [Test]
    public async Task With_Announce_None_nobody_is_told_and_the_lists_are_there()
    {
        await using var gateway = await GatewayAsync("--Presence:Announce=None");
        await using var bob = await Client.ConnectAsync(gateway, "bob", "rooms=p:lobby");
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(alice, new() { ["bob"] = 1, ["alice"] = 1 });

        Assert.That(await bob.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task The_members_of_a_room_are_shown_to_members_where_the_policy_says_so()
    {
        await using var gateway = await GatewayAsync();
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby,plain");

        (await alice.AskAsync("""{"type":"room_members","room":"plain"}""")).MustBeError(403);
        (await alice.AskAsync("""{"type":"room_members","room":"p:other"}""")).MustBeError(404);
        (await alice.AskAsync("""{"type":"room_members"}""")).MustBeError(400);
        await alice.SendAsync("""{"type":"room_members","room":"p:lobby"}""");
        Assert.That((await alice.UntilPongAsync()).Where(m => m.Type() == "error").Select(m => m.Content("code").GetInt32()), Is.EqualTo([400]));
        await PresenceCluster.UntilMembersAsync(alice, new() { ["alice"] = 1 });
        var response = await alice.AskAsync("""{"type":"room_members","room":"p:lobby"}""");
        Assert.That(JsonSerializer.Serialize(response.GetProperty("content")), Is.EqualTo(
            """{"room":"p:lobby","count":1,"members":[{"user_id":"alice","user_name":"alice","connections":1}],"more":false}"""));
    }

    [Test]
    public async Task The_online_users_are_read_in_pages_by_operators()
    {
        await using var gateway = await GatewayAsync();
        string[] names = ["ann", "auth0|5", "bob", "carol", "zoë"];
        var clients = new List<Client>();
        foreach (var name in names) clients.Add(await Client.ConnectAsync(gateway, name));
        await TestTimeout.Until(async () => (await PageAsync("")).GetProperty("total").GetInt32() == 5, "the users to be online");

        var read = new List<string>();
        string? next = "";
        for (var pages = 0; next is not null && pages < 5; pages++)
        {
            var page = await PageAsync($"limit=2&after={Uri.EscapeDataString(next)}");
            read.AddRange(page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("user_id").GetString()!));
            next = page.TryGetProperty("next", out var value) ? value.GetString() : null;
        }

        Assert.That(read, Is.EqualTo(names));
        foreach (var (query, token, status) in new[] { ("", Tokens.For("ann"), 403), ("limit=0", Tokens.Operator(), 400), ("limit=1001", Tokens.Operator(), 400), ("after=%00", Tokens.Operator(), 400) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/ws/online-users?" + query);
            request.Headers.Add("Authorization", "Bearer " + token);
            using var response = await gateway.Http.SendAsync(request);
            Assert.That((int)response.StatusCode, Is.EqualTo(status), query);
        }

        foreach (var client in clients) await client.DisposeAsync();

        async Task<JsonElement> PageAsync(string query) => (await PresenceCluster.OnlinePageAsync(gateway, query)).GetProperty("data");
    }

    [Test]
    public async Task Without_presence_nothing_is_written_and_the_lists_are_refused()
    {
        await using var gateway = await GatewayAsync("--Presence:Enabled=false");
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=p:lobby");
        (await alice.AskAsync("""{"type":"room_members","room":"p:lobby"}""")).MustBeError(403);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ws/online-users");
        request.Headers.Add("Authorization", "Bearer " + Tokens.Operator());
        using var response = await gateway.Http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        if (_redis is not null) Assert.That(await _redis.CommandAsync("KEYS", "gateway:p*"), Is.Empty);
    }

    private Task<ServiceHost> GatewayAsync(params string[] settings) => ServiceHost.GatewayAsync(_redis, [.. PresenceCluster.Settings, .. settings]);

    /// <summary>The <c>user_status</c> frames about a user up to the one with this status.</summary>
    internal static async Task<List<string>> StatusesUntilAsync(Client client, string user, string status)
    {
        var statuses = new List<string>();
        while (true)
        {
            var message = await client.NextAsync();
            if (message.Type() != "user_status" || message.Content("user_id").GetString() != user) continue;
            statuses.Add($"{message.GetProperty("room").GetString()} {user} {message.Content("status").GetString()}");
            if (message.Content("status").GetString() == status) return statuses;
        }
    }
}
