using Gateway.Bus;
using Gateway.Hosting.Health;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Health;

internal sealed class BusReadinessTests
{
    private readonly FakeTime _time = new();

    [Test]
    public void Readiness_outlives_the_bus_by_the_grace_and_then_says_why()
    {
        var bus = new Bus { Current = new BusHealth(Connected: false, _time.GetUtcNow(), "connection refused") };
        var readiness = With(bus, 30);
        Assert.That(readiness.Fault, Is.Null);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(readiness.Fault, Is.Null);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(readiness.Fault, Is.EqualTo("not connected for 30 s: connection refused"));
        bus.Current = new BusHealth(Connected: true, _time.GetUtcNow(), null);
        Assert.That(readiness.Fault, Is.Null);
    }

    [Test]
    public void A_grace_of_0_never_fails_readiness() =>
        Assert.That(With(new Bus { Current = new BusHealth(Connected: false, DateTimeOffset.UnixEpoch, null) }, 0).Fault, Is.Null);

    private BusReadiness With(IBusHealth bus, int seconds) =>
        new(bus, Options.Create(new HealthOptions { RedisGrace = TimeSpan.FromSeconds(seconds) }), _time);

    private sealed class Bus : IBusHealth
    {
        public BusHealth Current { get; set; }
    }
}
