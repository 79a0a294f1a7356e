using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>Messages that wait for a repair take a bounded amount of memory.</summary>
internal sealed class WaitingLimitTests
{
    private const int Size = 1_000;
    private static readonly Target Room = Target.Room("a");

    [Test]
    public async Task A_repair_that_is_slower_than_the_messages_goes_on_from_the_log_until_it_has_caught_up()
    {
        await using var pod = new RepairedPod(waitingPerTarget: 10 * Size);
        pod.Server.PageLimit = 4;
        await pod.SubscribeAsync(Room);
        pod.Server.Publish(Room, arrives: false);
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 8; i++) pod.Server.Publish(Room, size: Size);
            pod.Server.Pass();
            await pod.SettleAsync();
            pod.Server.Reply();
        }

        Assert.That(pod.Received.Of(Room), Has.Length.LessThan(300), "it is behind");
        await pod.FinishAsync();
        AssertReceivedAll(pod, Room, 401);
        Assert.That(pod.Count("gateway.bus.repairs"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_last_message_is_not_forgotten_when_it_was_over_the_limit()
    {
        await using var pod = new RepairedPod(waitingPerTarget: 3 * Size);
        await pod.SubscribeAsync(Room);
        pod.Server.ReadsOnArrival = true;
        pod.Server.Publish(Room, arrives: false);
        pod.Server.Publish(Room, size: Size);
        pod.Server.Pass();
        await pod.SettleAsync();
        // The reply that waits has 1 and 2.
        pod.Server.Publish(Room, size: 3 * Size);
        pod.Server.Pass();
        await pod.FinishAsync();
        AssertReceivedAll(pod, Room, 3);
    }

    [Test]
    public async Task All_targets_together_have_a_limit()
    {
        await using var pod = new RepairedPod(waitingTotal: 10 * Size);
        var rooms = Enumerable.Range(0, 20).Select(i => Target.Room($"r{i}")).ToArray();
        await pod.SubscribeAsync(rooms);
        foreach (var room in rooms)
        {
            pod.Server.Publish(room, arrives: false);
            pod.Server.Publish(room, size: Size);
        }

        pod.Server.Pass();
        foreach (var room in rooms) pod.Server.Publish(room, size: Size);
        await pod.FinishAsync();
        foreach (var room in rooms) AssertReceivedAll(pod, room, 3);
    }

    private static void AssertReceivedAll(RepairedPod pod, Target room, int count)
    {
        var epoch = pod.Server.LogOf(room).Current.Epoch;
        Assert.That(pod.Received.Of(room), Is.EqualTo([$"at {epoch}.0", .. Enumerable.Range(1, count).Select(i => $"{epoch}.{i}")]));
    }
}
