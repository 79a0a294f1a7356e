using System.Diagnostics;
using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Redis stops and returns.</summary>
internal sealed class RedisOutageTests
{
    private const string Pod = "pod-1";
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);
    private static readonly Target Room = Target.Room("a");

    private RedisServer _redis = null!;

    [SetUp]
    public async Task StartAsync() => _redis = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _redis.DisposeAsync();

    [Test]
    public async Task Publishing_fails_at_once_during_an_outage_and_works_within_two_seconds_of_the_return([Values] bool idempotent)
    {
        await using var bus = await Start();
        for (var i = 0; i < 100; i++) await bus.Subscriber.SubscribeAsync(Target.Room($"r{i}"));
        await bus.Subscriber.SubscribeAsync(Room);
        using var load = new PublishLoad(bus.Publisher, Room, idempotent);
        await load.Until(PublishStatus.Accepted, 100);

        await _redis.KillAsync();
        await load.Until(PublishStatus.Unavailable, 100);
        Assert.That(bus.Health.Connected, Is.False);
        Assert.That(bus.Health.Reason, Does.Contain("publishing: ").And.Contain("subscribing: "));

        await _redis.StartAsync();
        var back = Stopwatch.GetTimestamp();
        var heard = bus.Received.Count;
        await TestTimeout.Until(() => bus.Received.Count > heard + 10, "messages to arrive again");
        Assert.That(Stopwatch.GetElapsedTime(back), Is.LessThan(BackWithin));
        await TestTimeout.Until(() => bus.Health.Connected, "the bus to say that it is back");

        await load.StopAsync();
        Assert.That(load.Reasons, Has.All.StartsWith("Redis "));
        Assert.That(load.Longest, Is.LessThan(TimeSpan.FromSeconds(1.5)));
        Assert.That(bus.Received.For(Room).Select(int.Parse), Is.Ordered.And.Unique);
        Assert.That(await SubscribedAsync(), Is.EqualTo(102), "100 rooms, the loaded one and all");
    }

    [Test]
    public async Task During_an_outage_many_publishers_are_refused_without_waiting()
    {
        await using var bus = await Start();
        await _redis.KillAsync();
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Room, "1")).Status == PublishStatus.Unavailable, "the first refusal");

        var start = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i => bus.Publisher.SendAsync(Room, $"{i}").AsTask()));

        Assert.That(results.Select(r => r.Status), Is.All.EqualTo(PublishStatus.Unavailable));
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task A_subscription_made_during_an_outage_completes_after_the_return()
    {
        await using var bus = await Start();
        await bus.Subscriber.SubscribeAsync(Target.Room("old"));
        await _redis.StopAsync();
        await TestTimeout.Until(() => !bus.Health.Connected, "the loss to be noticed");

        var kept = bus.Subscriber.SubscribeAsync(Room);
        var known = bus.Subscriber.SubscribeAsync(Target.Room("old"));
        var takenBack = bus.Subscriber.SubscribeAsync(Target.Room("b"));
        await bus.Subscriber.UnsubscribeAsync(Target.Room("b"));
        await bus.Subscriber.UnsubscribeAsync(Target.Room("old"));

        await TestTimeout.Until(() => takenBack.IsCanceled && known.IsCanceled, "both calls to be cancelled");
        Assert.That(kept.IsCompleted, Is.False);
        await _redis.StartAsync();
        await TestTimeout.For(kept, "the subscription");
        Assert.That(await _redis.PublishAsync("gateway:room:a", """{"type":"chat","content":1}"""), Is.EqualTo(1));
        Assert.That(await SubscribedAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_service_starts_without_Redis_and_connects_later()
    {
        await _redis.StopAsync();
        await using var bus = await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = Pod);
        Assert.That((await bus.Publisher.SendAsync(Room, "1")).Status, Is.EqualTo(PublishStatus.Unavailable));
        await Assert.ThrowsAsync<BusUnavailableException>(() => bus.State.GetAsync("k", CancellationToken.None));

        await _redis.StartAsync();
        await bus.ConnectedAsync();
        // The circuit that the refused publish opened stays open for half a second.
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Target.All, "1")).Status == PublishStatus.Accepted, "a publish to be taken");
        await bus.Received.Until(1);
    }

    [Test]
    public async Task Every_target_without_history_learns_once_per_outage_that_it_was_interrupted_before_its_next_message()
    {
        const int Kills = 5;
        Target[] targets = [Target.All, .. Enumerable.Range(0, 50).Select(i => Target.User($"u{i}"))];
        await using var bus = await (await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = Pod, services => services.AddSingleton(HistoryPolicies.None))).ConnectedAsync();
        await Task.WhenAll(targets[1..].Select(bus.Subscriber.SubscribeAsync));
        using var load = new PublishLoad(bus.Publisher, targets[1], idempotent: false);
        var killed = "";
        for (var kill = 1; kill <= Kills; kill++)
        {
            killed = await KillAsync(another: killed);
            await TestTimeout.Until(() => bus.Received.Interruptions.Count >= kill * targets.Length, "all interruptions");
            await load.Until(PublishStatus.Accepted, 50);
        }

        await load.StopAsync();
        await bus.Publisher.SendAsync(targets[1], "0");
        await TestTimeout.Until(() => bus.Received.For(targets[1]) is [.., "0"], "the last message");
        foreach (var target in targets) Assert.That(bus.Received.Interruptions.Count(i => i.Target == target), Is.EqualTo(Kills));
        AssertGapsAreAnnounced(bus.Received.For(targets[1]), [.. bus.Received.Interruptions.Where(i => i.Target == targets[1]).Select(i => i.After)]);
    }

    [Test]
    public async Task A_server_that_closes_every_connection_is_one_outage_in_the_log()
    {
        // Its clock stands still, so that no connection counts as stable.
        await using var bus = await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = Pod, services => services.AddSingleton<TimeProvider>(new FakeTime()));
        await bus.ConnectedAsync();
        var killed = "";
        for (var kill = 0; kill < 8; kill++) killed = await KillAsync(another: killed);

        await bus.ConnectedAsync();
        Assert.That(bus.Logs.All.Count(line => line.StartsWith("Warning 2001", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_connection_without_replies_is_closed_and_opened_again()
    {
        await using var bus = await Start();
        var id = (await _redis.ClientsAsync(Pod)).Single()["id"];

        // No command gets a response for this long, and no connection is closed.
        await _redis.CommandAsync("CLIENT", "PAUSE", "3000", "ALL");
        await TestTimeout.Until(() => bus.Logs.All.Any(line => line.Contains("sent nothing", StringComparison.Ordinal)), "the dead link to be dropped");

        await TestTimeout.Until(async () => (await _redis.ClientsAsync(Pod)) is [var row] && row["id"] != id && row["sub"] == "1", "a new link");
        await bus.ConnectedAsync();
    }

    [Test]
    public async Task A_server_that_stops_replying_costs_the_timeout_a_few_times_and_then_nothing()
    {
        await using var bus = await BusUnderTest.OnRedisAsync(_redis, options => options.PublishTimeout = TimeSpan.FromMilliseconds(300));
        await bus.ConnectedAsync();
        await _redis.CommandAsync("CLIENT", "PAUSE", "4000", "ALL");

        var waiting = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => bus.Publisher.SendAsync(Room, $"{i}").AsTask()));
        var start = Stopwatch.GetTimestamp();
        var refused = await bus.Publisher.SendAsync(Room, "4");

        Assert.That(waiting.Append(refused).Select(r => r.Status), Is.All.EqualTo(PublishStatus.Unavailable));
        Assert.That(waiting.Select(r => r.Reason), Is.All.EqualTo("Redis did not respond within 300 ms"));
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromMilliseconds(200)));
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Room, "5")).Status == PublishStatus.Accepted, "publishing to work again");
    }

    /// <summary>A missing number may only be missing where an interruption was announced.</summary>
    private static void AssertGapsAreAnnounced(IReadOnlyList<string> contents, IReadOnlyList<int> announced)
    {
        for (var i = 1; i < contents.Count - 1; i++)
        {
            if (int.Parse(contents[i]) != int.Parse(contents[i - 1]) + 1) Assert.That(announced, Does.Contain(i), $"{contents[i - 1]} is followed by {contents[i]}");
        }
    }

    private async Task<BusUnderTest> Start() => await (await BusUnderTest.OnRedisAsync(_redis, options => options.ClientName = Pod)).ConnectedAsync();

    private async Task<int> SubscribedAsync() => (await _redis.ClientsAsync(Pod)).Sum(row => int.Parse(row["sub"]));

    /// <summary>Cuts the pod's subscription connection as soon as it is another than that one; the response is its id.</summary>
    private async Task<string> KillAsync(string another)
    {
        var id = "";
        await TestTimeout.Until(
            async () =>
            {
                if (await _redis.ClientsAsync(Pod) is not [var row] || row["id"] == another) return false;
                id = row["id"];
                return true;
            },
            "the next subscription connection");
        await _redis.CommandAsync("CLIENT", "KILL", "ID", id);
        return id;
    }
}
