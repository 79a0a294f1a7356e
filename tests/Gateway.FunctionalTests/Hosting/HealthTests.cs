using System.Net;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class HealthTests
{
    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/health/startup")]
    [TestCase("/healthz")]
    [TestCase("/readyz")]
    public async Task A_running_service_responds_with_200(string path)
    {
        await using var service = await BareService.StartAsync();
        var (status, body) = await Get(service, path);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(body.GetProperty("status").GetString(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task E5_Health_returns_status_service_connections_and_time()
    {
        await using var service = await BareService.StartAsync(b => b.Services.AddSingleton<IConnectionCount>(new Connections(7)));
        var (status, body) = await Get(service, "/health");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(body.EnumerateObject().Select(p => p.Name), Is.EqualTo(["status", "service", "connections", "timestamp"]));
        Assert.That(body.GetProperty("status").GetString(), Is.EqualTo("healthy"));
        Assert.That(body.GetProperty("service").GetString(), Is.EqualTo("bare"));
        Assert.That(body.GetProperty("connections").GetInt32(), Is.EqualTo(7));
        Assert.That(body.GetProperty("timestamp").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
    }

    [Test]
    public async Task A_failed_check_fails_readiness_only_and_is_named()
    {
        await using var service = await BareService.StartAsync(b => b.Services.AddHealthChecks().AddCheck("drain", () => HealthCheckResult.Unhealthy("this pod is leaving"), [HealthTags.Ready]));
        var (status, body) = await Get(service, "/readyz");
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(body.GetProperty("checks").ToString(), Does.Contain("""{"name":"drain","status":"failed","reason":"this pod is leaving"}"""));
        Assert.That((await Get(service, "/healthz")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_bus_disconnected_for_longer_than_the_grace_fails_readiness_and_is_degraded_in_health()
    {
        await using var service = await BareService.StartAsync(
            b => b.Services.AddSingleton<IBusHealth>(new Away(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1))));
        var (status, body) = await Get(service, "/health/ready");
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(body.GetProperty("checks").ToString(), Does.Contain("redis").And.Contain("connection refused"));
        var health = await Get(service, "/health");
        Assert.That(health.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(health.Body.GetProperty("status").GetString(), Is.EqualTo("degraded"));
    }

    [Test]
    public async Task With_a_grace_of_0_a_disconnected_bus_never_fails_readiness()
    {
        await using var service = await BareService.StartAsync(
            b => b.Services.AddSingleton<IBusHealth>(new Away(DateTimeOffset.UnixEpoch)), "--Health:RedisGrace=0");
        Assert.That((await Get(service, "/health/ready")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Get(BareService service, string path)
    {
        using var response = await service.GetAsync(path);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    private sealed record Connections(int Count) : IConnectionCount;

    private sealed class Away(DateTimeOffset since) : IBusHealth
    {
        public BusHealth Current => new(Connected: false, since, "connection refused");
    }
}
