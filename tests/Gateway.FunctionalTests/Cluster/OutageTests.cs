using System.Diagnostics;
using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Cluster;

/// <summary>Redis dies under load and comes back: connections stay, nothing is promised that cannot be kept, and all flows again.</summary>
internal sealed class OutageTests
{
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(2);

    private Pods _pods = null!;

    // No rate limit: what is asked until Redis is back would run into it on a fast machine.
    [SetUp]
    public async Task Start() => _pods = await Pods.StartAsync("--Connections:MessagesPerSecond=0");

    [TearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [Test]
    public async Task During_an_outage_connections_stay_open_publishers_get_503_and_delivery_resumes_within_two_seconds()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        foreach (var member in new[] { alice, bob }) await member.JoinAsync("r");
        using var loadEnds = new CancellationTokenSource();
        var load = Task.Run(() => LoadAsync(loadEnds.Token));
        await alice.NextAsync("notification");

        await _pods.Redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(_pods.A) && !Pods.IsConnected(_pods.B), "both gateways to see the outage");
        using (var refused = await BroadcastAsync())
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That((await refused.BodyAsync()).GetProperty("message").GetString(), Does.EndWith("try again, which may deliver it twice"));
        }

        (await alice.AskAsync("""{"type":"room_message","room":"r","content":"anybody?"}""")).MustBeError(503);
        await using var carol = await Client.ConnectAsync(_pods.A, "carol");
        await using var alicesOther = await Client.ConnectAsync(_pods.A, "alice");
        Assert.That(IsDegraded(carol) && IsDegraded(alicesOther), Is.True);
        var toKnownRoom = carol.AskAsync("""{"type":"join_room","room":"r"}""");
        var toNewRoom = alicesOther.AskAsync("""{"type":"join_room","room":"s"}""");
        for (var i = 0; i < 80; i++) (await bob.AskAsync("""{"type":"room_message","room":"r","content":"still nobody?"}""")).MustBeError(503);
        (await toNewRoom).MustBeError(503);
        (await alicesOther.AskAsync("""{"type":"leave_room","room":"s"}""")).MustBeError(404);
        (await toKnownRoom).MustBeError(503);

        await _pods.Redis.StartAsync();
        var since = Stopwatch.GetTimestamp();
        await TestTimeout.Until(async () => (await carol.AskAsync("""{"type":"join_room","room":"r"}""")).Type() == "ack", "a join to be confirmed");
        await TestTimeout.Until(async () => (await alicesOther.AskAsync("""{"type":"join_room","room":"s"}""")).Type() == "ack", "a join to be confirmed");
        await TestTimeout.Until(async () => (await bob.AskAsync("""{"type":"room_message","room":"r","content":"back"}""")).Type() == "ack", "a publish to be taken");
        foreach (var member in new[] { alice, carol }) await UntilTextAsync(member, "back");
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Back));

        await loadEnds.CancelAsync();
        Assert.That((await load).Distinct(), Is.SubsetOf([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]));
        foreach (var client in new[] { alice, bob, carol, alicesOther }) Assert.That(client.Closed.IsCompleted, Is.False);
        await _pods.UntilConnectedAsync();
        Assert.That(await _pods.SubscriptionsAsync("pod-a"), Is.EqualTo(1 + 2 + 2), "all, alice, carol, r, s");
        Assert.That(await _pods.SubscriptionsAsync("pod-b"), Is.EqualTo(1 + 1 + 1), "all, bob, r");
    }

    [Test]
    public async Task Who_leaves_during_an_outage_is_not_subscribed_after_it()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice", "rooms=kept,left");
        var bob = await Client.ConnectAsync(_pods.A, "bob", "rooms=gone");
        await _pods.UntilSubscribedAsync("pod-a", 1 + 2 + 3);

        await _pods.Redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(_pods.A), "the gateway to see the outage");
        (await alice.AskAsync("""{"type":"leave_room","room":"left"}""")).MustBeAck();
        await bob.DisposeAsync();
        await _pods.Redis.StartAsync();

        await _pods.UntilSubscribedAsync("pod-a", 1 + 1 + 1);
        await alice.UntilMarkerAsync();
    }

    [Test]
    public async Task A_client_that_goes_while_its_join_waits_for_Redis_is_forgotten()
    {
        var alice = await Client.ConnectAsync(_pods.A, "alice");
        await _pods.Redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(_pods.A), "the gateway to see the outage");

        await alice.SendAsync("""{"type":"join_room","room":"never"}""");
        await alice.DisposeAsync();

        await TestTimeout.Until(async () => (await _pods.A.Http.GetStringAsync("/ws/stats")).Contains("\"total_clients\":0", StringComparison.Ordinal), "the client to be forgotten");
        await _pods.Redis.StartAsync();
    }

    private static bool IsDegraded(Client client) =>
        client.Welcome.GetProperty("data").TryGetProperty("degraded", out var degraded) && degraded.GetBoolean();

    private static async Task UntilTextAsync(Client client, string text)
    {
        while (true)
        {
            var message = await client.NextAsync();
            if (message.Type() == "room_message" && message.Text() == text) return;
        }
    }

    private async Task<List<HttpStatusCode>> LoadAsync(CancellationToken end)
    {
        var statuses = new List<HttpStatusCode>();
        while (!end.IsCancellationRequested)
        {
            using var response = await BroadcastAsync();
            statuses.Add(response.StatusCode);
        }

        return statuses;
    }

    private async Task<HttpResponseMessage> BroadcastAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast") { Content = new StringContent("""{"title":"t","body":"b"}""", null, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + Tokens.WithScopes("svc", "publish:all"));
        return await _pods.A.Http.SendAsync(request);
    }
}
