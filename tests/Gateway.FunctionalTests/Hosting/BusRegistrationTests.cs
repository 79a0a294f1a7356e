using System.Net;
using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class BusRegistrationTests
{
    [Test]
    public async Task With_REDIS_HOST_and_REDIS_PORT_messages_go_to_Redis()
    {
        await using var redis = await RedisServer.StartAsync("p@ss word");
        await using var service = await BareService.StartAsync($"--REDIS_HOST={redis.Host}", $"--REDIS_PORT={redis.Port}", "--REDIS_PASSWORD=p@ss word");
        await AssertPublishesAsync(service);
    }

    [Test]
    public async Task With_REDIS_URI_messages_go_to_Redis()
    {
        await using var redis = await RedisServer.StartAsync("secret");
        await using var service = await BareService.StartAsync($"--REDIS_URI=redis://:secret@{redis.Host}:{redis.Port}/0");
        await AssertPublishesAsync(service);
    }

    [Test]
    public async Task While_Redis_is_away_readiness_holds_for_the_grace_and_health_is_degraded_at_200()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var service = await BareService.StartAsync([.. redis.Settings, "--Health:RedisGrace=1s"]);
        await TestTimeout.Until(async () => await Status(service, "/readyz") == HttpStatusCode.OK && (await BodyAsync(service, "/health")).Contains("healthy", StringComparison.Ordinal), "the bus");
        await redis.StopAsync();
        await TestTimeout.Until(async () => (await BodyAsync(service, "/health")).Contains("degraded", StringComparison.Ordinal), "health to say degraded");
        await TestTimeout.Until(async () => await Status(service, "/readyz") == HttpStatusCode.ServiceUnavailable, "readiness to fail");
        Assert.That(await Status(service, "/health"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await Status(service, "/healthz"), Is.EqualTo(HttpStatusCode.OK), "a restart would mend nothing");
        await redis.StartAsync();
        await TestTimeout.Until(async () => await Status(service, "/readyz") == HttpStatusCode.OK, "readiness to return");
    }

    [Test]
    public async Task With_a_wrong_password_readiness_fails_from_the_start_and_names_the_reason()
    {
        await using var redis = await RedisServer.StartAsync("secret");
        await using var service = await BareService.StartAsync($"--REDIS_HOST={redis.Host}", $"--REDIS_PORT={redis.Port}", "--REDIS_PASSWORD=wrong", "--Health:RedisGrace=1h");
        Assert.That(await Status(service, "/readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        await TestTimeout.Until(async () => (await BodyAsync(service, "/readyz")).Contains("WRONGPASS", StringComparison.Ordinal), "the reason");
        Assert.That(await Status(service, "/readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Without_Redis_the_process_has_a_bus_of_its_own()
    {
        await using var service = await BareService.StartAsync("--REDIS_HOST=", "--environment=Production");
        Assert.That(service.App.Services.GetRequiredService<IMessagePublisher>(), Is.InstanceOf<InProcessBus>());
    }

    private static async Task AssertPublishesAsync(BareService service)
    {
        await TestTimeout.Until(() => service.App.Services.GetRequiredService<IBusHealth>().Current.Connected, "the bus");
        var publisher = service.App.Services.GetRequiredService<IMessagePublisher>();
        Assert.That(publisher, Is.Not.InstanceOf<InProcessBus>());
        var message = new Message { Id = "1", Type = "note", Target = Target.All, Content = "1"u8.ToArray(), Timestamp = 1 };
        var result = await publisher.PublishAsync(message, idempotent: false, CancellationToken.None);
        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted), result.Reason);
    }

    private static async Task<HttpStatusCode> Status(BareService service, string path)
    {
        using var response = await service.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task<string> BodyAsync(BareService service, string path)
    {
        using var response = await service.GetAsync(path);
        return await response.Content.ReadAsStringAsync();
    }
}
