using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>The subscription connection ends and is made again.</summary>
internal sealed class LostConnectionTests
{
    private static readonly Target Room = Target.Room("a");

    private RepairedPod _pod = null!;

    private FakeServer Server => _pod.Server;

    [SetUp]
    public void Start() => _pod = new RepairedPod();

    [TearDown]
    public async Task StopAsync() => await _pod.DisposeAsync();

    [Test]
    public async Task A_missing_tail_is_delivered_though_nothing_follows_it()
    {
        await _pod.SubscribeAsync(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        Server.Disconnect();
        Server.Publish(Room);
        Server.Publish(Room);
        Server.Reconnect();
        await _pod.FinishAsync();
        AssertReceived(1, 2, 3);
        Assert.That(_pod.Count("gateway.bus.repaired"), Is.EqualTo(2));
    }

    [Test]
    public async Task Nothing_is_read_from_a_log_where_nothing_is_missing()
    {
        await _pod.SubscribeAsync(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        Server.Disconnect();
        Server.Reconnect();
        Server.Calls.Clear();
        await _pod.FinishAsync();
        AssertReceived(1);
        Assert.That(Server.Calls, Has.None.EqualTo("read"));
        Assert.That(_pod.Count("gateway.bus.repairs"), Is.Zero);
    }

    [Test]
    public async Task A_second_loss_during_a_repair_is_repaired_too()
    {
        await _pod.SubscribeAsync(Room);
        Server.ReadsOnArrival = true;
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        // The reply that waits has 1 and 2; 3 is lost with the connection, and nothing follows it.
        Server.Disconnect();
        Server.Publish(Room);
        Server.Reconnect();
        Server.Pass();
        await _pod.SettleAsync();
        await _pod.FinishAsync();
        AssertReceived(1, 2, 3);
    }

    [Test]
    public async Task A_loss_while_the_places_are_read_is_repaired_too()
    {
        await _pod.SubscribeAsync(Room);
        Server.ReadsOnArrival = true;
        Server.Disconnect();
        Server.Reconnect();
        Server.Pass();
        await _pod.SettleAsync();
        // The place that waits to be sent is 0.
        Server.Disconnect();
        Server.Publish(Room);
        Server.Reconnect();
        Server.Pass();
        await _pod.FinishAsync();
        AssertReceived(1);
    }

    [Test]
    public async Task Places_are_read_in_batches_of_at_most_1000()
    {
        var rooms = Enumerable.Range(0, 2_500).Select(i => Target.Room($"r{i}")).ToArray();
        await _pod.SubscribeAsync(rooms);
        Server.Disconnect();
        foreach (var room in rooms) Server.Publish(room);
        Server.Reconnect();
        Server.Calls.Clear();
        Server.Pass();
        for (var i = 0; i < 200_000 && !rooms.All(room => _pod.Received.Of(room).Length == 2); i++)
        {
            Server.Reply();
            if (Server.UnansweredCalls == 0) await Task.Yield();
        }

        foreach (var room in rooms) Assert.That(_pod.Received.Of(room), Has.Length.EqualTo(2), "its place and its message");
        var batches = Server.Calls.Where(call => call.StartsWith("places:", StringComparison.Ordinal)).Select(call => int.Parse(call[7..])).ToList();
        Assert.That(batches.Sum(), Is.EqualTo(rooms.Length + 1), "and all");
        Assert.That(batches, Is.All.InRange(1, 1_000));
        Assert.That(batches, Has.Count.LessThanOrEqualTo(5));
    }

    [Test]
    public async Task Places_that_cannot_be_read_are_read_again_in_smaller_batches()
    {
        var rooms = Enumerable.Range(0, 8).Select(i => Target.Room($"r{i}")).ToArray();
        await _pod.SubscribeAsync(rooms);
        Server.Disconnect();
        foreach (var room in rooms) Server.Publish(room);
        Server.Reconnect();
        Server.FailsReads = true;
        Server.Calls.Clear();
        Server.Pass();
        for (var i = 0; i < 12; i++)
        {
            await _pod.SettleAsync();
            Server.Reply();
            _pod.Time.Fire();
        }

        Assert.That(Server.Calls[^1], Is.EqualTo("places:1"));
        Server.FailsReads = false;
        await _pod.FinishAsync();
        foreach (var room in rooms) Assert.That(_pod.Received.Of(room), Has.Length.EqualTo(2), "its place and its message");
    }

    private void AssertReceived(params int[] offsets)
    {
        var epoch = Server.LogOf(Room).Current.Epoch;
        Assert.That(_pod.Received.Of(Room), Is.EqualTo([$"at {epoch}.0", .. offsets.Select(offset => $"{epoch}.{offset}")]));
    }
}
