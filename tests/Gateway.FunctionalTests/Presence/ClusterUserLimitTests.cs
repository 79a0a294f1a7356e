using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Presence;

/// <summary>The limit of connections per user over several gateways.</summary>
internal sealed class ClusterUserLimitTests
{
    private const string Slots = "gateway:slots:{gateway:user:alice}";

    [Test]
    public async Task B7_One_connection_more_than_a_user_may_have_in_the_cluster_is_refused()
    {
        await using var cluster = await StartAsync("--WS_MAX_CONNECTIONS_PER_USER=2");
        await using var phone = await Client.ConnectAsync(cluster.Pods[0], "alice");
        var laptop = await Client.ConnectAsync(cluster.Pods[1], "alice");
        foreach (var pod in cluster.Pods) Assert.That(await StatusAsync(pod), Is.EqualTo(HttpStatusCode.TooManyRequests));
        await using var bob = await Client.ConnectAsync(cluster.Pods[0], "bob");

        await laptop.DisposeAsync();

        await TestTimeout.Until(async () => await StatusAsync(cluster.Pods[0]) == HttpStatusCode.SwitchingProtocols, "the slot to be given up");
        Assert.That(await phone.UntilPongAsync(), Is.Empty);
    }

    [Test]
    public async Task B7_With_ReplaceOldest_the_oldest_connection_of_the_cluster_is_closed_with_4409()
    {
        await using var cluster = await StartAsync("--Limits:MaxConnectionsPerUser=2", "--Limits:UserLimitPolicy=ReplaceOldest");
        await using var first = await Client.ConnectAsync(cluster.Pods[0], "alice");
        await using var second = await Client.ConnectAsync(cluster.Pods[1], "alice");
        await using var third = await Client.ConnectAsync(cluster.Pods[1], "alice");
        Assert.That((await TestTimeout.For(first.Closed, "the first to be replaced")).Code, Is.EqualTo(4409));
        await using var fourth = await Client.ConnectAsync(cluster.Pods[0], "alice");
        Assert.That((await TestTimeout.For(second.Closed, "the second to be replaced")).Code, Is.EqualTo(4409));

        foreach (var client in new[] { third, fourth }) Assert.That(await client.UntilPongAsync(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_connections_of_a_killed_gateway_do_not_count_when_its_lease_has_expired(bool hasPresence)
    {
        await using var cluster = await StartAsync("--Limits:MaxConnectionsPerUser=1", "--Presence:Lease=2", $"--Presence:Enabled={hasPresence}");
        await using var victim = cluster.StartProcess(
            "victim", ("Limits__MaxConnectionsPerUser", "1"), ("Presence__Lease", "2"), ("Presence__Enabled", $"{hasPresence}"));
        await using var alice = await Client.ConnectAsync(await victim.UriAsync(), "alice");

        // A gateway that has just started counts its own connections until it has its lease.
        await TestTimeout.Until(async () => await cluster.Redis.CommandAsync("ZCARD", Slots) == "1", "the connection to be counted");
        Assert.That(await StatusAsync(cluster.Pods[0]), Is.EqualTo(HttpStatusCode.TooManyRequests));
        await victim.SignalAsync("KILL");

        await TestTimeout.Until(async () => await StatusAsync(cluster.Pods[0]) == HttpStatusCode.SwitchingProtocols, "the slot to be free");
    }

    [Test]
    public async Task While_Redis_is_down_each_gateway_counts_its_own_and_afterwards_all_are_counted()
    {
        await using var cluster = await StartAsync("--Limits:MaxConnectionsPerUser=1", "--Presence:Lease=2");
        await cluster.Redis.KillAsync();
        await using var phone = await Client.ConnectAsync(cluster.Pods[0], "alice");
        await using var laptop = await Client.ConnectAsync(cluster.Pods[1], "alice");
        Assert.That(await StatusAsync(cluster.Pods[0]), Is.EqualTo(HttpStatusCode.TooManyRequests));
        await cluster.Redis.StartAsync();
        await cluster.UntilConnectedAsync();

        await TestTimeout.Until(async () => await cluster.Redis.CommandAsync("ZCARD", Slots) == "2", "both to be counted");
        await laptop.DisposeAsync();
        await TestTimeout.Until(async () => await cluster.Redis.CommandAsync("ZCARD", Slots) == "1", "one to be given up");
        Assert.That(await StatusAsync(cluster.Pods[1]), Is.EqualTo(HttpStatusCode.TooManyRequests));
        await phone.UntilPongAsync();
    }

    [Test]
    public async Task Without_a_limit_nothing_is_counted()
    {
        await using var cluster = await StartAsync();
        await using var alice = await Client.ConnectAsync(cluster.Pods[0], "alice");
        await cluster.UntilOnlineAsync(new() { ["alice"] = 1 });

        Assert.That(await cluster.Redis.CommandAsync("KEYS", "gateway:slots:*"), Is.Empty);
    }

    /// <summary>Two gateways that hold their leases, before which each would count its own.</summary>
    private static async Task<PresenceCluster> StartAsync(params string[] settings)
    {
        var cluster = await PresenceCluster.StartAsync(2, settings);
        foreach (var pod in new[] { "pod-0", "pod-1" }) await TestTimeout.Until(async () => await cluster.Redis.CommandAsync("EXISTS", $"gateway:pod:{pod}") == "1", "the lease");
        return cluster;
    }

    private static Task<HttpStatusCode> StatusAsync(ServiceHost pod) => Upgrade.StatusAsync(pod, "/ws?token=" + Tokens.For("alice"));
}
