using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

internal sealed class RedisBusTests : BusContractTests
{
    private RedisServer _redis = null!;

    [OneTimeSetUp]
    public async Task StartRedisAsync() => _redis = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopRedisAsync() => await _redis.DisposeAsync();

    protected override async Task<BusUnderTest> CreateAsync()
    {
        await _redis.CommandAsync("FLUSHALL");
        return await BusUnderTest.OnRedisAsync(_redis);
    }
}
