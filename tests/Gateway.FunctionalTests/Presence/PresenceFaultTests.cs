using System.Diagnostics;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Presence;

/// <summary>Gateways that are killed or frozen, and Redis that is away: no user stays online who is not, and none goes offline who is.</summary>
internal sealed class PresenceFaultTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly string ShortLease = $"--Presence:Lease={Lease.TotalSeconds}";

    [Test]
    public async Task The_users_of_a_killed_gateway_are_offline_within_30_seconds_with_one_leave_each()
    {
        await using var cluster = await PresenceCluster.StartAsync(2);
        await using var victim = cluster.StartProcess("victim");
        var uri = await victim.UriAsync();
        await using var bob = await Client.ConnectAsync(cluster.Pods[0], "bob", "rooms=p:lobby");
        await using var both = await Client.ConnectAsync(cluster.Pods[1], "both", "rooms=p:lobby");
        var clients = new List<Client> { await Client.ConnectAsync(uri, "both", "rooms=p:lobby") };
        for (var i = 0; i < 20; i++) clients.Add(await Client.ConnectAsync(uri, $"u{i}", "rooms=p:lobby"));
        await TestTimeout.Until(async () => (await PresenceCluster.MembersAsync(bob)).Count == 22, "all to be members");
        var killed = Stopwatch.GetTimestamp();
        await victim.SignalAsync("KILL");

        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1, ["both"] = 1 });
        await cluster.UntilOnlineAsync(new() { ["bob"] = 1, ["both"] = 1 });
        Assert.That(Stopwatch.GetElapsedTime(killed), Is.LessThan(TimeSpan.FromSeconds(30)));
        await TestTimeout.Until(async () => !(await cluster.KeysAsync()).Any(key => key.Contains("victim:targets")), "the victim to be forgotten");
        var leaves = (await cluster.EventsAsync()).Where(e => e.StartsWith("leave", StringComparison.Ordinal));
        Assert.That(leaves, Is.EquivalentTo(Enumerable.Range(0, 20).SelectMany(i => new[] { $"leave u{i}", $"leave u{i} p:lobby" })));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Test]
    public async Task A_gateway_that_is_started_again_under_its_name_removes_the_entries_of_its_earlier_life()
    {
        await using var cluster = await PresenceCluster.StartAsync(1);
        await using (var first = cluster.StartProcess("twice"))
        {
            var uri = await first.UriAsync();
            await using var alice = await Client.ConnectAsync(uri, "alice", "rooms=p:lobby");
            await using var carol = await Client.ConnectAsync(uri, "carol", "rooms=p:lobby");
            await cluster.UntilOnlineAsync(new() { ["alice"] = 1, ["carol"] = 1 });
            await first.SignalAsync("KILL");
        }

        await using var second = cluster.StartProcess("twice");
        await using var again = await Client.ConnectAsync(await second.UriAsync(), "carol", "rooms=p:lobby");

        await cluster.UntilOnlineAsync(new() { ["carol"] = 1 });
        await PresenceCluster.UntilMembersAsync(again, new() { ["carol"] = 1 });
        Assert.That((await cluster.EventsAsync()).Count(e => e == "leave alice"), Is.EqualTo(1));
        Assert.That(await cluster.Redis.CommandAsync("HVALS", "gateway:presence:{gateway:user:carol}"), Does.Contain("\"n\":\"carol\"").And.Not.Contain(","  + "\"twice"));
    }

    [Test]
    public async Task The_users_of_a_frozen_gateway_go_offline_when_its_lease_has_expired_and_are_online_again_when_it_goes_on()
    {
        await using var cluster = await PresenceCluster.StartAsync(2, ShortLease);
        await using var frozen = cluster.StartProcess("frozen", ("Presence__Lease", $"{Lease.TotalSeconds}"));
        var uri = await frozen.UriAsync();
        await using var stays = await Client.ConnectAsync(uri, "stays", "rooms=p:lobby");
        await using var leaves = await Client.ConnectAsync(uri, "leaves", "rooms=p:lobby");
        await using var bob = await Client.ConnectAsync(cluster.Pods[0], "bob", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1, ["stays"] = 1, ["leaves"] = 1 });
        await frozen.SignalAsync("STOP");
        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1 });
        await leaves.DisposeAsync();
        await frozen.SignalAsync("CONT");

        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1, ["stays"] = 1 });
        await cluster.UntilOnlineAsync(new() { ["bob"] = 1, ["stays"] = 1 });
        Assert.That((await cluster.EventsAsync()).Where(e => e.EndsWith(" stays", StringComparison.Ordinal)), Is.EqualTo(["connect stays", "leave stays", "connect stays"]));
        // The gateway may write its entries before it notices that this socket was closed.
        Assert.That((await cluster.EventsAsync()).Where(e => e.EndsWith(" leaves", StringComparison.Ordinal)), Is.AnyOf(
            new[] { "connect leaves", "leave leaves" }, new[] { "connect leaves", "leave leaves", "connect leaves", "leave leaves" }));
        await stays.DisposeAsync();
        await cluster.UntilOnlineAsync(new() { ["bob"] = 1 });
    }

    [Test]
    public async Task A_gateway_whose_lease_was_lost_writes_its_entries_again_and_nobody_leaves()
    {
        await using var cluster = await PresenceCluster.StartAsync(2, ShortLease);
        await using var alice = await Client.ConnectAsync(cluster.Pods[0], "alice", "rooms=p:lobby");
        await using var bob = await Client.ConnectAsync(cluster.Pods[1], "bob", "rooms=p:lobby");
        await PresenceCluster.UntilMembersAsync(bob, new() { ["bob"] = 1, ["alice"] = 1 });
        var before = await cluster.Redis.CommandAsync("GET", "gateway:pod:pod-0");
        await cluster.Redis.CommandAsync("DEL", "gateway:pod:pod-0");

        await TestTimeout.Until(
            async () => await cluster.Redis.CommandAsync("GET", "gateway:pod:pod-0") is not "(nil)" and var now && now != before
                && (await cluster.Redis.CommandAsync("HVALS", "gateway:presence:{gateway:user:alice}")).Contains(now),
            "the entry under the new incarnation");
        Assert.That(await PresenceCluster.MembersAsync(bob), Is.EquivalentTo(new Dictionary<string, int> { ["bob"] = 1, ["alice"] = 1 }));
        Assert.That((await cluster.EventsAsync()).Where(e => e.StartsWith("leave", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task After_an_outage_of_Redis_longer_than_the_lease_nobody_has_left_but_those_who_did(bool keepsData)
    {
        string[] persistence = keepsData ? ["--appendonly", "yes", "--appendfsync", "always"] : [];
        await using var cluster = await PresenceCluster.StartAsync(3, persistence, [ShortLease]);
        var clients = new List<Client>();
        for (var i = 0; i < 30; i++) clients.Add(await Client.ConnectAsync(cluster.Pods[i % 3], $"u{i}", "rooms=p:lobby"));
        await TestTimeout.Until(async () => (await cluster.OnlineAsync()).Count == 30, "all to be online");
        await cluster.Redis.KillAsync();
        var down = Stopwatch.GetTimestamp();
        foreach (var client in clients[..5]) await client.DisposeAsync();
        await using var late = await Client.ConnectAsync(cluster.Pods[0], "late");
        await TestTimeout.Until(() => Stopwatch.GetElapsedTime(down) > Lease * 1.5, "the leases to expire");
        await cluster.Redis.StartAsync();
        await cluster.UntilConnectedAsync();

        var expected = Enumerable.Range(5, 25).ToDictionary(i => $"u{i}", _ => 1);
        expected["late"] = 1;
        await cluster.UntilOnlineAsync(expected);
        // Two lease periods later, what may be removed is removed.
        var returned = Stopwatch.GetTimestamp();
        await TestTimeout.Until(() => Stopwatch.GetElapsedTime(returned) > Lease * 2.5, "two lease periods");
        await cluster.UntilOnlineAsync(expected);
        var leaves = (await cluster.EventsAsync()).Where(e => e.StartsWith("leave", StringComparison.Ordinal));
        Assert.That(leaves, keepsData ? Is.EquivalentTo(Enumerable.Range(0, 5).SelectMany(i => new[] { $"leave u{i}", $"leave u{i} p:lobby" })) : Is.Empty);
        foreach (var client in clients) await client.DisposeAsync();
    }
}
