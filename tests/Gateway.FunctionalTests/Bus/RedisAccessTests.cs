using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Channels and commands that the server forbids or does not know.</summary>
internal sealed class RedisAccessTests
{
    private const string Pod = "pod-1";
    private static readonly Target Room = Target.Room("a");
    private static readonly Target Task42 = Target.Task("42");

    [Test]
    public async Task A_forbidden_channel_fails_its_subscription_and_no_other()
    {
        await using var redis = await RedisServer.StartAsync();
        await AllowAsync(redis, "&gateway:all", "&gateway:room:*");
        await using var bus = await StartAsync(redis);
        var connection = (await redis.ClientsAsync(Pod)).Single()["id"];
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Room), "the subscription");

        for (var i = 0; i < 100; i++)
        {
            var refused = await Assert.ThrowsAsync<BusUnavailableException>(() => TestTimeout.For(bus.Subscriber.SubscribeAsync(Task42), "the refusal"));
            Assert.That(refused.Message, Does.Contain("NOPERM"));
            await redis.PublishAsync("gateway:room:a", $$"""{"type":"chat","content":{{i}}}""");
        }

        await bus.Received.Until(100);
        Assert.That(bus.Received.For(Room), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
        Assert.That((await redis.ClientsAsync(Pod)).Single()["id"], Is.EqualTo(connection), "no reconnect");
        Assert.That(bus.Health.Connected, Is.True);
        Assert.That(bus.Logs.All.Where(line => line.StartsWith("Warning 2003", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1).And.Some.Contains("NOPERM"));

        await AllowAsync(redis, "allchannels");
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Task42), "the subscription");
        Assert.That(await redis.PublishAsync("gateway:task:42", """{"type":"chat"}"""), Is.EqualTo(1));
    }

    [Test]
    public async Task A_channel_that_is_forbidden_later_is_subscribed_again_when_it_is_allowed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var bus = await (await BusUnderTest.OnRedisAsync(redis, Configure, services => services.AddSingleton(HistoryPolicies.None))).ConnectedAsync();
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Room), "the subscription");
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Task42), "the subscription");

        // The server closes the connections that are subscribed to what it now forbids.
        await AllowAsync(redis, "&gateway:all", "&gateway:room:*");
        await TestTimeout.Until(() => bus.Received.Interruptions.Any(i => i.Target == Room), "the room to be subscribed again");
        await redis.PublishAsync("gateway:room:a", """{"type":"chat","content":1}""");
        await bus.Received.Until(1);
        Assert.That(bus.Received.Interruptions.Select(i => i.Target), Has.None.EqualTo(Task42));

        await AllowAsync(redis, "allchannels");
        await TestTimeout.Until(() => bus.Received.Interruptions.Any(i => i.Target == Task42), "the task to be subscribed again");
        Assert.That(await redis.PublishAsync("gateway:task:42", """{"type":"chat"}"""), Is.EqualTo(1));
    }

    [Test]
    public async Task A_forbidden_broadcast_channel_is_named_by_health_and_rooms_work()
    {
        await using var redis = await RedisServer.StartAsync();
        await AllowAsync(redis, "&gateway:room:*");
        await using var bus = await BusUnderTest.OnRedisAsync(redis, Configure);
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Room), "the subscription");

        await TestTimeout.Until(() => bus.Health.Reason?.Contains("subscription of all: NOPERM", StringComparison.Ordinal) is true, "the reason");
        Assert.That(await redis.PublishAsync("gateway:room:a", """{"type":"chat"}"""), Is.EqualTo(1));

        await AllowAsync(redis, "allchannels");
        await bus.ConnectedAsync();
    }

    [Test]
    public async Task Subscriptions_that_are_refused_make_the_bus_unhealthy_while_publishing_works()
    {
        await using var redis = await RedisServer.StartAsync(null, "--rename-command", "SUBSCRIBE", "");
        await using var bus = await BusUnderTest.OnRedisAsync(redis, Configure);

        await TestTimeout.Until(() => bus.Health.Reason?.Contains("subscribing: the server refused", StringComparison.Ordinal) is true, "the reason");
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Room, "1")).Status == PublishStatus.Accepted, "publishing");
        Assert.That(bus.Health, Is.EqualTo(bus.Health with { Connected = false, WasConnected = false }));
        Assert.That(bus.Logs.All, Has.Some.Contain("unknown command 'SUBSCRIBE'"));
    }

    [TestCase("ECHO")]
    [TestCase("CLIENT")]
    public async Task A_renamed_command_that_is_not_needed_stops_nothing(string command)
    {
        await using var redis = await RedisServer.StartAsync(null, "--rename-command", command, "");
        await using var bus = await StartAsync(redis);
        await TestTimeout.For(bus.Subscriber.SubscribeAsync(Room), "the subscription");

        Assert.That((await bus.Publisher.SendAsync(Room, "1")).Status, Is.EqualTo(PublishStatus.Accepted));
        await bus.Received.Until(1);
        Assert.That(bus.Logs.All.Any(line => line.Contains("CLIENT SETNAME", StringComparison.Ordinal)), Is.EqualTo(command == "CLIENT"));
    }

    [TestCase("ping", "publishing: PING: NOPERM")]
    [TestCase("eval", "publishing: the server refuses to publish: NOPERM")]
    public async Task A_forbidden_command_that_is_needed_is_named_by_health_and_log(string command, string reason)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("ACL", "SETUSER", "default", $"-{command}");
        await using var bus = await BusUnderTest.OnRedisAsync(redis, Configure, subscribes: false);

        await TestTimeout.Until(() => bus.Health.Reason?.StartsWith(reason, StringComparison.Ordinal) is true, "the reason");
        Assert.That(bus.Logs.All.Where(line => line.StartsWith("Warning 2021", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1).And.Some.Contains("NOPERM"));
    }

    [TestCase("~gateway:id:*", "~gateway:log:*")]
    [TestCase("~gateway:id:*", "~gateway:seq:*")]
    [TestCase("~gateway:*", "-xadd")]
    [TestCase("~gateway:*", "-hincrby")]
    [TestCase("~gateway:*", "-evalsha")]
    [TestCase("~gateway:*", "-script")]
    public async Task What_history_needs_and_the_server_forbids_is_named_by_health_and_targets_without_history_are_published(params string[] rules)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync(["ACL", "SETUSER", "default", "resetkeys", .. rules]);
        await using var bus = await BusUnderTest.OnRedisAsync(redis, Configure, Histories(enabled: true), subscribes: false);
        await using var plain = await BusUnderTest.OnRedisAsync(redis, options => options.ClientName = "pod-2", Histories(enabled: false), subscribes: false);

        await TestTimeout.Until(() => bus.Health.Reason?.StartsWith("publishing: the server refuses to publish: ", StringComparison.Ordinal) is true, "the reason");
        Assert.That((await bus.Publisher.SendAsync(Room, "1")).Status, Is.EqualTo(PublishStatus.Unavailable));
        await plain.ConnectedAsync();
        Assert.That((await plain.Publisher.SendAsync(Room, "1")).Status, Is.EqualTo(PublishStatus.Accepted));
    }

    [Test]
    public async Task A_publisher_that_the_server_refuses_logs_the_reason_at_the_start()
    {
        await using var redis = await RedisServer.StartAsync("secret");
        await using var bus = await BusUnderTest.OnRedisAsync(redis, options => options.Password = "canary", subscribes: false);

        await TestTimeout.Until(() => bus.Logs.All.Any(line => line.StartsWith("Warning 2021", StringComparison.Ordinal)), "the log line");
        Assert.That(bus.Logs.All, Has.One.Contains("WRONGPASS").And.None.Contains("canary"));
        Assert.That(bus.Health.WasConnected, Is.False);
    }

    [Test]
    public async Task A_publisher_that_may_publish_nowhere_logs_the_reason_at_the_start()
    {
        await using var redis = await RedisServer.StartAsync();
        await AllowAsync(redis, "&other:*");
        await using var bus = await BusUnderTest.OnRedisAsync(redis, Configure, subscribes: false);

        await TestTimeout.Until(() => bus.Logs.All.Any(line => line.Contains("NOPERM", StringComparison.Ordinal)), "the log line");
        Assert.That(bus.Health.Reason, Does.Contain("NOPERM"));
    }

    [TestCase("OOM", "CONFIG", "SET", "maxmemory", "1")]
    [TestCase("READONLY", "REPLICAOF", "127.0.0.1", "1")]
    public async Task A_server_that_takes_no_writes_is_named_by_health(string error, params string[] command)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var bus = await StartAsync(redis);
        await redis.CommandAsync(command);

        await TestTimeout.Until(() => bus.Health.Reason?.Contains(error, StringComparison.Ordinal) is true, "the reason");
        Assert.That(bus.Health.Connected, Is.False);
    }

    private static Action<IServiceCollection> Histories(bool enabled) => services => services.Configure<HistoryOptions>(options => options.Enabled = enabled);

    private static void Configure(RedisOptions options) => options.ClientName = Pod;

    private static async Task<BusUnderTest> StartAsync(RedisServer redis) => await (await BusUnderTest.OnRedisAsync(redis, Configure)).ConnectedAsync();

    private static Task<string> AllowAsync(RedisServer redis, params string[] channels) =>
        redis.CommandAsync(["ACL", "SETUSER", "default", "resetchannels", .. channels]);
}
