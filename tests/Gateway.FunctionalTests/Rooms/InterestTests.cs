using System.Diagnostics;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Rooms;

/// <summary>A pod is subscribed to exactly what its own members need: Redis' own list of clients is the witness.</summary>
internal sealed class InterestTests
{
    private const int Always = 1;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(4);

    private Pods _pods = null!;

    [SetUp]
    public async Task Start()
    {
        _pods = await Pods.StartAsync();
        await _pods.UntilSubscribedAsync("pod-a", Always);
        await _pods.UntilSubscribedAsync("pod-b", Always);
    }

    [TearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [Test]
    public async Task A_pod_receives_only_messages_of_its_own_users_and_rooms()
    {
        await using var alice = await Client.ConnectAsync(_pods.A, "alice");
        await using var again = await Client.ConnectAsync(_pods.A, "alice");
        await using var bob = await Client.ConnectAsync(_pods.B, "bob");
        for (var i = 0; i < 50; i++) await alice.JoinAsync($"room-{i}");
        await again.JoinAsync("room-0");

        Assert.That(await _pods.SubscriptionsAsync("pod-a"), Is.EqualTo(Always + 1 + 50), "an acked join is a confirmed subscription");
        Assert.That(await _pods.SubscriptionsAsync("pod-b"), Is.EqualTo(Always + 1));
    }

    [Test]
    public async Task After_leaves_and_disconnects_a_pod_lets_go_within_the_linger()
    {
        await using var staying = await Client.ConnectAsync(_pods.A, "alice", "rooms=kept");
        var leaving = await Client.ConnectAsync(_pods.A, "bob", "rooms=kept,gone");
        await staying.JoinAsync("left");
        await leaving.JoinAsync("gone");
        await _pods.UntilSubscribedAsync("pod-a", Always + 2 + 3);

        (await staying.AskAsync("""{"type":"leave_room","room":"left"}""")).MustBeAck();
        await leaving.DisposeAsync();
        var since = Stopwatch.GetTimestamp();
        await _pods.UntilSubscribedAsync("pod-a", Always + 2);

        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Linger + TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_client_that_comes_straight_back_misses_nothing_while_its_subscription_comes_and_goes()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var client = await Client.ConnectAsync(_pods.A, "alice");
            await client.JoinAsync("flicker");
            await client.SendAsync("""{"type":"room_message","room":"flicker","content":"here?"}""");
            Assert.That((await client.UntilMarkerAsync()).Types(), Is.EqualTo(["room_message"]));
            (await client.AskAsync("""{"type":"leave_room","room":"flicker"}""")).MustBeAck();
        }
    }
}
