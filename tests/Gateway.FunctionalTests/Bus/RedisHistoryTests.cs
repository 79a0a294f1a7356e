using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

internal sealed class RedisHistoryTests : HistoryContractTests
{
    private RedisServer _redis = null!;

    [OneTimeSetUp]
    public async Task StartRedisAsync() => _redis = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopRedisAsync() => await _redis.DisposeAsync();

    [Test]
    public async Task The_epoch_goes_on_when_all_publishers_restart()
    {
        var room = Target.Room("restart");
        var places = new List<Position>();
        for (var i = 1; i <= 3; i++)
        {
            await using var bus = await (await BusUnderTest.OnRedisAsync(_redis, subscribes: false)).ConnectedAsync();
            var result = await bus.Publisher.SendAsync(room, $"{i}");
            places.Add(new Position(result.Epoch!, result.Offset));
        }

        Assert.That(places.Select(place => place.Offset), Is.EqualTo([1, 2, 3]));
        Assert.That(places.Select(place => place.Epoch).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task All_keys_of_a_target_and_its_channel_are_in_one_slot()
    {
        await using var bus = await (await BusUnderTest.OnRedisAsync(_redis, subscribes: false)).ConnectedAsync();
        await bus.Publisher.PublishAsync(Messages.Of(Target.User("auth0|5f"), "1", "id-1"), idempotent: true, CancellationToken.None);

        var keys = (await _redis.CommandAsync("KEYS", "gateway:*{*auth0*")).Split('\n');
        Assert.That(keys, Is.EquivalentTo(["gateway:log:{gateway:user:auth0%7C5f}", "gateway:seq:{gateway:user:auth0%7C5f}", "gateway:id:{gateway:user:auth0%7C5f}:id-1"]));
        await using var cluster = await RedisServer.StartAsync(null, "--cluster-enabled", "yes");
        var slots = new HashSet<string>();
        foreach (var key in keys.Append("gateway:user:auth0%7C5f")) slots.Add(await cluster.CommandAsync("CLUSTER", "KEYSLOT", key));
        Assert.That(slots, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_is_published_without_the_gateway_has_no_place_whatever_its_JSON_says()
    {
        var room = Target.Room("plain");
        await using var bus = await (await BusUnderTest.OnRedisAsync(_redis)).ConnectedAsync();
        await bus.Subscriber.SubscribeAsync(room);

        await _redis.PublishAsync("gateway:room:plain", """{"type":"chat","content":1,"offset":7,"epoch":"k3f9"}""");
        await _redis.PublishAsync("gateway:room:plain", "k3f9.7\n{\"type\":\"chat\",\"content\":2,\"offset\":8}");
        await _redis.PublishAsync("gateway:room:plain", "{\n\"type\":\"chat\",\"content\":3}");
        await _redis.PublishAsync("gateway:room:plain", "\n{\"type\":\"chat\",\"content\":4}");

        await bus.Received.Until(3);
        Assert.That(bus.Received.All.Select(m => m.Position), Is.All.Null);
        Assert.That(bus.Received.For(room), Is.EqualTo(["1", "3", "4"]), "an invented place is not in the log");
    }

    /// <summary>Shortens every time to live as if the time had passed.</summary>
    protected override async Task PassAsync(TimeSpan time)
    {
        foreach (var key in (await _redis.CommandAsync("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var left = long.Parse(await _redis.CommandAsync("PTTL", key));
            if (left >= 0) await _redis.CommandAsync("PEXPIRE", key, $"{left - (long)time.TotalMilliseconds}");
        }
    }

    protected override async Task<BusUnderTest> CreateAsync(Action<IServiceCollection> services)
    {
        await _redis.CommandAsync("FLUSHALL");
        return await BusUnderTest.OnRedisAsync(_redis, services: services);
    }
}
