using System.Net;
using Gateway.Connections;
using Gateway.Dialects.Native;
using Gateway.Handshake;
using Gateway.Takeover;
using Gateway.UnitTests.Registry;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Handshake;

internal sealed class AdmissionTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    [Test]
    public void A_released_lease_gives_back_the_count_of_its_address_and_of_its_user()
    {
        using var lifecycle = new Lifecycle();
        using var admission = Admission(new LimitOptions { MaxConnectionsPerAddress = 2, MaxConnectionsPerUser = 2 }, lifecycle);
        for (var round = 0; round < 3; round++)
        {
            Assert.That(admission.TryAcquire("ann", Home, out var first, out _));
            Assert.That(admission.TryAcquire("ann", Home, out var second, out _));
            Assert.That(admission.TryAcquire("bob", Home, out _, out var refusal), Is.False);
            Assert.That(refusal!.Message, Does.Contain("Limits:MaxConnectionsPerAddress"));
            Assert.That(admission.TryAcquire("ann", IPAddress.Loopback, out _, out refusal), Is.False);
            Assert.That(refusal!.Message, Does.Contain("Limits:MaxConnectionsPerUser"));
            admission.Release(first);
            Assert.That(admission.TryAcquire("bob", Home, out var third, out _), "one lease is free, and one only");
            Assert.That(admission.TryAcquire("bob", Home, out _, out _), Is.False);
            admission.Release(second);
            admission.Release(third);
        }

        Assert.That(admission.Count, Is.Zero);
    }

    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("::ffff:192.0.2.1", "192.0.2.1", true)]
    [TestCase("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [TestCase("192.0.2.1", "192.0.2.2", false)]
    public void The_address_limit_counts_an_IPv6_address_as_its_64_bit_network(string one, string other, bool same)
    {
        using var lifecycle = new Lifecycle();
        using var admission = Admission(new LimitOptions { MaxConnectionsPerAddress = 1 }, lifecycle);
        Assert.That(admission.TryAcquire("ann", IPAddress.Parse(one), out _, out _));

        Assert.That(admission.TryAcquire("bob", IPAddress.Parse(other), out _, out _), Is.EqualTo(!same));
    }

    [Test]
    public void A_lease_is_given_back_when_the_upgrade_throws()
    {
        using var app = GatewayApp.Create(["--environment=Development", "--Auth:Secret=" + Tokens.Secret]);
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Features.Set<IHttpUpgradeFeature>(new FailingUpgrade());
        http.Features.Set<IConnectionHeartbeatFeature>(new ConnectionTakeover(new Connections.FakeTransport()));
        (http.Request.Method, http.Request.Protocol, http.Request.QueryString) = ("GET", "HTTP/1.1", new QueryString("?token=" + Tokens.For("ann")));
        (http.Request.Headers.Upgrade, http.Request.Headers.SecWebSocketVersion, http.Request.Headers.SecWebSocketKey) = ("websocket", "13", Upgrade.Key);

        Assert.That(
            async () => await app.Services.GetRequiredService<HandshakeEndpoint>().InvokeAsync(http, new NativeDialect()),
            Throws.TypeOf<IOException>());

        Assert.That(app.Services.GetRequiredService<Admission>().Count, Is.Zero);
    }

    private static Admission Admission(LimitOptions limits, Lifecycle lifecycle) => new(Options.Create(limits), lifecycle, new WishedTargets().Registry());

    private sealed class FailingUpgrade : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new IOException("the client has disconnected");
    }
}
