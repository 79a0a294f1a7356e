using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

internal sealed class RedisBusTests : BusContractTests
{
    private RedisServer _redis = null!;

    [OneTimeSetUp]
    public async Task StartRedisAsync() => _redis = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopRedisAsync() => await _redis.DisposeAsync();

    [Test]
    public async Task Ids_are_remembered_for_five_minutes()
    {
        await using var bus = await (await BusUnderTest.OnRedisAsync(_redis)).ConnectedAsync();
        await bus.Publisher.PublishAsync(Messages.Of(Target.Room("a"), "1", "id-1"), idempotent: true, CancellationToken.None);

        Assert.That(int.Parse(await _redis.CommandAsync("TTL", "gateway:id:{gateway:room:a}:id-1")), Is.InRange(300 - (int)TestTimeout.Limit.TotalSeconds, 300));
    }

    protected override async Task<BusUnderTest> CreateAsync()
    {
        await _redis.CommandAsync("FLUSHALL");
        return await BusUnderTest.OnRedisAsync(_redis);
    }
}
