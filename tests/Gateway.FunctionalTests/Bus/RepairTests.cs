using System.Diagnostics;
using Gateway.Bus;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The subscription connection is lost under load, and what was published meanwhile is read from history.</summary>
internal sealed class RepairTests
{
    private const string Pod = "pod-1";
    private const int PerSecond = 1_000;
    private static readonly Target[] Rooms = [.. Enumerable.Range(0, 20).Select(i => Target.Room($"r{i}"))];

    private RedisServer _redis = null!;

    [SetUp]
    public async Task StartAsync() => _redis = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _redis.DisposeAsync();

    [Test]
    public async Task Nothing_is_lost_doubled_or_out_of_order_when_the_subscription_is_cut([Values(0, 100, 1_000)] int milliseconds)
    {
        const int Cuts = 5;
        await using var bus = await BusAsync();
        await Task.WhenAll(Rooms.Select(bus.Subscriber.SubscribeAsync));
        await using var publishing = await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = "publisher", subscribes: false);
        await publishing.ConnectedAsync();
        using var stop = new CancellationTokenSource();
        var load = PublishAsync(publishing.Publisher, stop.Token);
        for (var cut = 1; cut <= Cuts; cut++)
        {
            var heard = bus.Received.Count;
            await TestTimeout.Until(() => bus.Received.Count > heard + 200, "messages to arrive");
            await CutAsync(TimeSpan.FromMilliseconds(milliseconds));
        }

        await stop.CancelAsync();
        var published = await TestTimeout.For(load, "the load to end");
        var expected = published.Values.Sum(contents => contents.Count);
        await TestTimeout.Until(() => bus.Received.Count >= expected, $"{expected} messages to arrive");

        // What arrives twice arrives before this.
        foreach (var room in Rooms) published[room].Add((await publishing.Publisher.SendAsync(room, "-1")).Taken ? -1 : 0);
        await TestTimeout.Until(() => bus.Received.All.Count(message => KeepingReceiver.Content(message) == "-1") == Rooms.Length, "the last messages");
        foreach (var room in Rooms) Assert.That(bus.Received.For(room).Select(int.Parse), Is.EqualTo(published[room]));
        Assert.That(bus.Received.Interruptions, Is.Empty);
        TestContext.Out.WriteLine($"0 of {expected} lost in {Cuts} cuts of {milliseconds} ms");
    }

    [Test]
    public async Task A_restarted_server_that_lost_its_data_is_told_and_its_new_messages_arrive()
    {
        await using var bus = await BusAsync();
        var room = Rooms[0];
        await bus.Subscriber.SubscribeAsync(room);
        for (var i = 0; i < 3; i++) await bus.Publisher.SendAsync(room, $"{i}");
        await bus.Received.Until(3);

        await _redis.KillAsync();
        await _redis.StartAsync();
        await TestTimeout.Until(() => bus.Received.Interruptions.Any(interruption => interruption.Target == room), "the loss to be told");
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(room, "99")).Taken, "a publish to be taken");
        await TestTimeout.Until(() => bus.Received.For(room) is [.., "99"], "the new message");
        Assert.That(bus.Received.Interruptions.Count(interruption => interruption.Target == room), Is.EqualTo(1));
        Assert.That(bus.Received.For(room).Take(3), Is.EqualTo(["0", "1", "2"]));
    }

    [TestCase(3)]
    [TestCase(12, Explicit = true, Reason = "takes a minute")]
    public async Task Twenty_thousand_channels_and_their_missing_messages_are_restored_after_two_cuts(int rounds)
    {
        const int Channels = 20_000;
        const int Published = 500;
        var apart = TimeSpan.FromMilliseconds(300);
        await using var bus = await BusAsync();
        Target[] users = [.. Enumerable.Range(0, Channels - 1).Select(i => Target.User($"u{i}"))];
        await TestTimeout.For(Task.WhenAll(users.Select(bus.Subscriber.SubscribeAsync)), "the subscriptions");
        Assert.That(await SubscribedAsync(), Is.EqualTo(Channels));

        var longest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            await _redis.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
            for (var i = 0; i < Published; i++) await bus.Publisher.SendAsync(users[(i * 37) + round], $"{round}");
            await Task.Delay(apart);
            await _redis.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
            var cut = Stopwatch.GetTimestamp();
            await TestTimeout.Until(async () => await SubscribedAsync() == Channels, "all channels to be subscribed again");
            var took = Stopwatch.GetElapsedTime(cut);
            longest = took > longest ? took : longest;
            await bus.Received.Until((round + 1) * Published);
        }

        Assert.That(bus.Received.All.GroupBy(message => (message.Target, KeepingReceiver.Content(message))), Has.Exactly(rounds * Published).Items);
        Assert.That(bus.Received.Interruptions, Is.Empty);
        TestContext.Out.WriteLine($"all {Channels} channels back after at most {longest.TotalSeconds:N1} s, {rounds * Published} of {rounds * Published} messages");
    }

    private async Task<BusUnderTest> BusAsync() => await (await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = Pod)).ConnectedAsync();

    private async Task<int> SubscribedAsync() => (await _redis.ClientsAsync(Pod)).Sum(row => int.Parse(row["sub"]));

    /// <summary>Ends every subscription connection during this time; at least one.</summary>
    private async Task CutAsync(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var cut = 0;
        await TestTimeout.Until(
            async () =>
            {
                cut += int.Parse(await _redis.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub"));
                return cut > 0 && Stopwatch.GetElapsedTime(start) >= time;
            },
            "the subscription connection to be cut");
    }

    /// <summary>Publishes 0, 1, 2… to the rooms in turn, until it is stopped; returns what was taken.</summary>
    private static async Task<Dictionary<Target, List<int>>> PublishAsync(IMessagePublisher publisher, CancellationToken stop)
    {
        var taken = Rooms.ToDictionary(room => room, _ => new List<int>());
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var room = Rooms[i % Rooms.Length];
            if ((await publisher.SendAsync(room, $"{i}")).Taken) taken[room].Add(i);
            var early = TimeSpan.FromSeconds((double)i / PerSecond) - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.FromMilliseconds(10)) await Task.Delay(early, CancellationToken.None);
        }

        return taken;
    }
}
