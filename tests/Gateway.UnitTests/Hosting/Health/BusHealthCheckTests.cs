using Gateway.Bus;
using Gateway.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Health;

internal sealed class BusHealthCheckTests
{
    private readonly FakeTime _time = new();

    [Test]
    public async Task A_lost_connection_fails_readiness_after_the_grace_with_the_reason()
    {
        var bus = new Bus { Current = new BusHealth(Connected: false, _time.GetUtcNow(), "connection refused") { WasConnected = true } };
        Assert.That(await ErrorAsync(bus), Is.Null);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await ErrorAsync(bus), Is.Null);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await ErrorAsync(bus), Is.EqualTo("not connected for 30 s: connection refused"));
        bus.Current = new BusHealth(Connected: true, _time.GetUtcNow(), null);
        Assert.That(await ErrorAsync(bus), Is.Null);
    }

    [Test]
    public async Task Before_the_first_connection_there_is_no_grace() =>
        Assert.That(await ErrorAsync(new Bus { Current = new BusHealth(Connected: false, _time.GetUtcNow(), "WRONGPASS") }), Is.EqualTo("not connected for 0 s: WRONGPASS"));

    [Test]
    public async Task A_grace_of_0_never_fails_readiness() =>
        Assert.That(await ErrorAsync(new Bus { Current = new BusHealth(Connected: false, DateTimeOffset.UnixEpoch, null) }, 0), Is.Null);

    private async Task<string?> ErrorAsync(IBusHealth bus, int graceSeconds = 30)
    {
        var check = new BusHealthCheck(bus, Options.Create(new HealthOptions { RedisGrace = TimeSpan.FromSeconds(graceSeconds) }), _time);
        var result = await check.CheckHealthAsync(new HealthCheckContext());
        return result.Status == HealthStatus.Healthy ? null : result.Description;
    }

    private sealed class Bus : IBusHealth
    {
        public BusHealth Current { get; set; }
    }
}
