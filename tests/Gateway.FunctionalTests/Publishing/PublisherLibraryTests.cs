using Gateway.Bus;
using Gateway.Publishing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>The library in a program without a host.</summary>
internal sealed class PublisherLibraryTests
{
    [Test]
    public async Task A_console_program_publishes_with_nothing_but_the_address_of_Redis()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = await RecordingRedisClient.ListenAsync(redis, "gateway:user:42");

        // The example of AddGatewayPublisher.
        await using var services = new ServiceCollection().AddGatewayPublisher($"redis://localhost:{redis.Port}").BuildServiceProvider();
        var gateway = services.GetRequiredService<GatewayPublisher>();
        var result = await gateway.SendUserNotificationAsync("42", "Hello", "from a console program");

        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted), result.Reason);
        Assert.That((await client.NextAsync()).Message.GetProperty("id").GetString(), Is.EqualTo(result.Id));
    }

    [Test]
    public async Task Without_Redis_the_result_is_unavailable()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.StopAsync();
        await using var services = new ServiceCollection().AddGatewayPublisher($"redis://localhost:{redis.Port}").BuildServiceProvider();

        var result = await services.GetRequiredService<GatewayPublisher>().SendSystemNotificationAsync("t", "b");

        Assert.That(result.Status, Is.EqualTo(PublishStatus.Unavailable));
        Assert.That(result.Reason, Does.Contain("Redis"));
    }
}
