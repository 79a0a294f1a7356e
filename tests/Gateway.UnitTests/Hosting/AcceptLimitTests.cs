using Gateway.Hosting.Health;
using Gateway.Hosting.Listening;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting;

internal sealed class AcceptLimitTests
{
    [Test]
    public void The_reserved_descriptors_below_the_process_limit_stay_free()
    {
        var limit = Create(new ListeningOptions { ReservedDescriptors = 100, MaxHttpConnections = 0 }, descriptors: 1000, webSockets: 800);
        Assert.That(limit.IsExceededBy(899), Is.False);
        Assert.That(limit.IsExceededBy(900), Is.True);
    }

    [Test]
    public void Connections_that_are_no_WebSockets_are_limited()
    {
        var options = new ListeningOptions { ReservedDescriptors = 0, MaxHttpConnections = 50 };
        Assert.That(Create(options, 1000).IsExceededBy(249), Is.False);
        Assert.That(Create(options, 1000).IsExceededBy(250), Is.True);
        Assert.That(Create(options, 1000, webSockets: 30).IsExceededBy(279), Is.False);
        Assert.That(Create(options, 1000, webSockets: 30).IsExceededBy(280), Is.True);
    }

    [Test]
    public void Limits_of_0_are_off() =>
        Assert.That(Create(new ListeningOptions { ReservedDescriptors = 0, MaxHttpConnections = 0 }, 1000).IsExceededBy(999), Is.False);

    private static AcceptLimit Create(ListeningOptions options, long descriptors, int webSockets = 0) =>
        new(options, descriptors, openDescriptors: 200, new FakeTime(), NullLogger<AcceptLimit>.Instance, new Connections(webSockets));

    private sealed record Connections(int Count) : IConnectionCount;
}
