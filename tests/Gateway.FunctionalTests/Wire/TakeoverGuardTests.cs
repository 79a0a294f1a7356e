using System.Diagnostics.Metrics;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>
/// Guards what is nowhere documented: that Kestrel's HTTP/1.1 leaves the transport open, with its input unread and its output
/// usable, when the request delegate returns after an upgrade. When one of these fails on a new framework, set
/// <c>Sockets:Takeover=false</c> until <c>ConnectionTakeover</c> has been checked; everything else works the same that way.
/// </summary>
internal sealed class TakeoverGuardTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task The_request_is_over_while_its_connection_lives_on_only_with_the_takeover(bool takeover)
    {
        await using var gateway = await ServiceHost.GatewayAsync(null, $"--Sockets:Takeover={takeover}");
        var requests = 0L;
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "http.server.active_requests" && instrument.Meter.Scope == meters) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref requests, change));
        listener.Start();
        var clients = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Client.ConnectAsync(gateway, $"guard{i}")));

        if (takeover) await TestTimeout.Until(() => Volatile.Read(ref requests) == 0, "the requests to end");
        Assert.That(Volatile.Read(ref requests), Is.EqualTo(takeover ? 0 : 10), "requests under way");
        await gateway.PublishAsync(Target.All, "1");
        foreach (var client in clients)
        {
            await client.NextAsync("test");
            Assert.That(await client.UntilPongAsync(), Is.Empty);
            await client.CloseAsync();
            Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1000));
            await client.DisposeAsync();
        }

        await gateway.EmptyAsync();
        Assert.That(gateway.LoggedErrors(), Is.Empty);
    }

    /// <summary>Kestrel's data rates have a grace period of 5 s: within 10 s any of its timeouts that were left on would end the connection.</summary>
    [Test]
    public async Task No_timeout_of_HTTP_applies_to_an_upgraded_connection([Values] bool takeover, [Values] bool tls)
    {
        using var certificate = new TestCertificate();
        await using var gateway = await ServiceHost.GatewayAsync(
            null, [$"--Sockets:Takeover={takeover}", "--Listen:HeaderTimeout=1s", "--Heartbeat:Interval=11s", .. tls ? certificate.Settings : []]);
        await using var client = await WireClient.ConnectAsync(gateway, "idle");
        await client.NextAsync(9);
        await client.WriteAsync(ClientFrame.Ping("after"u8.ToArray()));
        Assert.That((await client.NextAsync(10)).Text, Is.EqualTo("after"));
    }
}
