using NUnit.Framework;

namespace Gateway.FunctionalTests.Presence;

internal sealed class PresenceClusterTests
{
    [Test]
    public async Task C10_A_user_on_three_gateways_comes_online_once_and_goes_offline_once()
    {
        await using var cluster = await PresenceCluster.StartAsync(3);
        await using var bob = await Client.ConnectAsync(cluster.Pods[0], "bob", "rooms=p:lobby");
        await using var watcher = await Client.ConnectAsync(cluster.Pods[1], "watcher", "rooms=p:lobby");
        var devices = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Client.ConnectAsync(cluster.Pods[i % 3], "alice", "rooms=p:lobby")));
        await PresenceCluster.UntilMembersAsync(watcher, new() { ["bob"] = 1, ["watcher"] = 1, ["alice"] = 6 });
        await cluster.UntilOnlineAsync(new() { ["bob"] = 1, ["watcher"] = 1, ["alice"] = 6 }, pod: 2);
        foreach (var device in devices) await device.DisposeAsync();

        Assert.That(await PresenceTests.StatusesUntilAsync(bob, "alice", "offline"), Is.EqualTo(["p:lobby alice online", "p:lobby alice offline"]));
        await cluster.UntilOnlineAsync(new() { ["bob"] = 1, ["watcher"] = 1 });
        Assert.That((await cluster.EventsAsync()).Where(e => e.Contains("alice")), Is.EquivalentTo(["connect alice", "connect alice p:lobby", "leave alice p:lobby", "leave alice"]));
    }

    [Test]
    public async Task A_room_is_occupied_by_its_first_user_and_vacated_by_its_last_one_in_the_cluster()
    {
        await using var cluster = await PresenceCluster.StartAsync(2);
        await using var alice = await Client.ConnectAsync(cluster.Pods[0], "alice", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(alice, new() { ["alice"] = 1 });
        await using var bob = await Client.ConnectAsync(cluster.Pods[1], "bob", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(alice, new() { ["alice"] = 1, ["bob"] = 1 });
        (await alice.AskAsync("""{"type":"leave_room","room":"p:lobby"}""")).MustBeAck();
        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1 });
        (await bob.AskAsync("""{"type":"leave_room","room":"p:lobby"}""")).MustBeAck();
        await TestTimeout.Until(async () => (await cluster.EventsAsync()).Contains("vacated p:lobby"), "the room to be vacated");

        Assert.That((await cluster.EventsAsync()).Where(e => e.EndsWith("p:lobby", StringComparison.Ordinal)), Is.EqualTo(
            ["occupied p:lobby", "connect alice p:lobby", "connect bob p:lobby", "leave alice p:lobby", "leave bob p:lobby", "vacated p:lobby"]));
    }

    [Test]
    public async Task A_gateway_that_stops_removes_its_entries_and_its_lease()
    {
        await using var cluster = await PresenceCluster.StartAsync(2);
        await using var bob = await Client.ConnectAsync(cluster.Pods[0], "bob", "rooms=p:lobby");
        await using var alice = await Client.ConnectAsync(cluster.Pods[1], "alice", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(bob, new() { ["alice"] = 1, ["bob"] = 1 });

        await cluster.Pods[1].StopAsync();

        await cluster.UntilOnlineAsync(new() { ["bob"] = 1 });
        Assert.That((await cluster.KeysAsync()).Where(key => key.Contains("pod-1")), Is.Empty);
        Assert.That(await cluster.Redis.CommandAsync("SMEMBERS", "gateway:pods"), Is.EqualTo("pod-0"));
    }

    [Test]
    public async Task A_hundred_users_who_join_and_leave_at_random_on_three_gateways_end_as_a_model_says()
    {
        const int users = 100;
        const int steps = 1500;
        await using var cluster = await PresenceCluster.StartAsync(3);
        await using var watcher = await Client.ConnectAsync(cluster.Pods[0], "watcher", "rooms=p:lobby");
        var random = new Random(8);
        var open = new List<(Client Client, string User, HashSet<string> Rooms)>();
        for (var step = 0; step < steps; step++)
        {
            var action = random.Next(4);
            if (action == 0 || open.Count < 20)
            {
                var user = $"u{random.Next(users)}";
                open.Add((await Client.ConnectAsync(cluster.Pods[random.Next(3)], user), user, []));
                continue;
            }

            var at = random.Next(open.Count);
            var (client, _, rooms) = open[at];
            var room = $"p:{random.Next(5)}";
            if (action == 1 && open.Count > 60)
            {
                open.RemoveAt(at);
                await client.DisposeAsync();
            }
            else if (rooms.Remove(room))
            {
                await client.SendAsync($$"""{"type":"leave_room","room":"{{room}}"}""");
            }
            else
            {
                rooms.Add(room);
                await client.SendAsync($$"""{"type":"join_room","room":"{{room}}"}""");
            }
        }

        var expected = open.GroupBy(c => c.User).ToDictionary(c => c.Key, c => c.Count());
        await cluster.UntilOnlineAsync(new Dictionary<string, int>(expected) { ["watcher"] = 1 });
        for (var i = 0; i < 5; i++)
        {
            var room = $"p:{i}";
            await watcher.JoinAsync(room);
            var members = open.Where(c => c.Rooms.Contains(room)).GroupBy(c => c.User).ToDictionary(c => c.Key, c => c.Count());
            await PresenceCluster.UntilMembersAsync(watcher, new Dictionary<string, int>(members) { ["watcher"] = 1 }, room);
        }

        await MustAlternateAsync(cluster, expected.Keys.ToHashSet());
        foreach (var (client, _, _) in open) await client.DisposeAsync();
        await cluster.UntilOnlineAsync(new() { ["watcher"] = 1 });
        await TestTimeout.Until(async () => (await cluster.KeysAsync()).Count(key => key.StartsWith("gateway:presence", StringComparison.Ordinal)) == 7, "the entries of all users to be gone");
    }

    /// <summary>The events of each user and target come in turn: connect, leave, connect, ….</summary>
    private static async Task MustAlternateAsync(PresenceCluster cluster, HashSet<string> online)
    {
        foreach (var events in (await cluster.EventsAsync()).Where(e => e.StartsWith("connect ", StringComparison.Ordinal) || e.StartsWith("leave ", StringComparison.Ordinal)).GroupBy(e => e[e.IndexOf(' ')..]))
        {
            var names = events.Select(e => e[..e.IndexOf(' ')]).ToList();
            Assert.That(names, Is.EqualTo(names.Select((_, i) => i % 2 == 0 ? "connect" : "leave")), events.Key);
            if (events.Key.TrimStart().IndexOf(' ') < 0 && events.Key.Trim() != "watcher") Assert.That(names[^1] == "connect", Is.EqualTo(online.Contains(events.Key.Trim())), events.Key);
        }
    }
}
