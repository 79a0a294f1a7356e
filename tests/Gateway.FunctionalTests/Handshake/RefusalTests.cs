using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>What is answered before the upgrade, in HTTP.</summary>
internal sealed class RefusalTests
{
    private static readonly string Path = "/ws?token=" + Tokens.For("alice");

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_request_that_is_no_WebSocket_handshake_is_400()
    {
        using var response = await _gateway.Http.GetAsync(Path);

        await MustBeRefusedAsync(response, HttpStatusCode.BadRequest);
    }

    [TestCase("test")]
    [TestCase("")]
    [TestCase("c2hvcnQ=")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==")]
    [TestCase("!!!!IHNhbXBsZSBub25jZQ==")]
    public async Task A_wrong_key_is_400_with_a_clear_text(string key)
    {
        using var request = Upgrade.Request(Path, key);
        using var response = await _gateway.Http.SendAsync(request);

        await MustBeRefusedAsync(response, HttpStatusCode.BadRequest);
    }

    [TestCase("8")]
    [TestCase("14")]
    [TestCase("thirteen")]
    public async Task A_wrong_version_is_426_and_names_the_right_one(string version)
    {
        using var request = Upgrade.Request(Path, version: version);
        using var response = await _gateway.Http.SendAsync(request);

        await MustBeRefusedAsync(response, HttpStatusCode.UpgradeRequired);
        Assert.That(response.Headers.GetValues("Sec-WebSocket-Version"), Is.EqualTo(["13"]));
    }

    [TestCase("a b")]
    [TestCase("chat:*")]
    [TestCase("user:")]
    [TestCase("a,b,c[1]")]
    public async Task A_query_that_names_no_room_is_400(string rooms)
    {
        using var response = await Upgrade.AnswerAsync(_gateway, Path + "&rooms=" + Uri.EscapeDataString(rooms));

        await MustBeRefusedAsync(response, HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task More_connections_than_the_gateway_takes_are_503_until_one_leaves()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnections=1");
        var first = await Client.ConnectAsync(gateway, "alice");

        using (var response = await Upgrade.AnswerAsync(gateway, Path))
        {
            await MustBeRefusedAsync(response, HttpStatusCode.ServiceUnavailable);
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        await first.CloseAsync();
        await TestTimeout.Until(async () => await Upgrade.StatusAsync(gateway, Path) == HttpStatusCode.SwitchingProtocols, "the place to be free again");
        await first.DisposeAsync();
    }

    [Test]
    public async Task More_connections_from_one_address_than_it_may_have_are_429()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerAddress=1");
        await using var first = await Client.ConnectAsync(gateway, "alice");

        using var response = await Upgrade.AnswerAsync(gateway, Path);

        await MustBeRefusedAsync(response, HttpStatusCode.TooManyRequests);
        Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task More_handshakes_in_a_second_than_it_takes_are_429()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:HandshakesPerSecond=2");
        for (var i = 0; i < 10; i++)
        {
            using var response = await Upgrade.AnswerAsync(gateway, Path);
            if (response.StatusCode == HttpStatusCode.SwitchingProtocols) continue;
            Assert.That(i, Is.GreaterThanOrEqualTo(2));
            await MustBeRefusedAsync(response, HttpStatusCode.TooManyRequests);
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            return;
        }

        Assert.Fail("ten handshakes at once passed a limit of two per second");
    }

    [Test]
    public async Task A_refused_handshake_takes_no_place()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnections=1", "--Limits:MaxConnectionsPerUser=1", "--Limits:MaxConnectionsPerAddress=1");
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await Upgrade.StatusAsync(gateway, "/ws?token=bad"), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await Upgrade.StatusAsync(gateway, Path + "&rooms=*"), Is.EqualTo(HttpStatusCode.BadRequest));
        }

        await using var client = await Client.ConnectAsync(gateway, "alice");
        for (var i = 0; i < 5; i++) Assert.That(await Upgrade.StatusAsync(gateway, Path), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await client.UntilPongAsync(), Is.Empty);
    }

    private static async Task MustBeRefusedAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.That(response.StatusCode, Is.EqualTo(status));
        var body = await response.BodyAsync();
        Assert.That(body.GetProperty("code").GetInt32(), Is.EqualTo((int)status));
        Assert.That(body.GetProperty("message").GetString(), Is.Not.Empty);
    }
}
