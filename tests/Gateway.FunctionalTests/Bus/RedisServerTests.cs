using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

internal sealed class RedisServerTests
{
    [Test]
    public async Task It_restarts_on_the_same_port_and_empty()
    {
        await using var redis = await RedisServer.StartAsync(password: "p@ss word");
        var port = redis.Port;
        await redis.CommandAsync("SET", "k", "v");

        await redis.StopAsync();
        await redis.StartAsync();

        Assert.That(redis.Port, Is.EqualTo(port));
        Assert.That(await redis.CommandAsync("GET", "k"), Is.EqualTo("(nil)"));
    }

    [Test]
    public async Task A_killed_server_refuses_and_starts_again()
    {
        await using var redis = await RedisServer.StartAsync();

        await redis.KillAsync();
        await Assert.ThrowsAsync(Is.InstanceOf<Exception>(), () => redis.CommandAsync("PING"));

        await redis.StartAsync();
        Assert.That(await redis.CommandAsync("PING"), Is.EqualTo("PONG"));
    }
}
