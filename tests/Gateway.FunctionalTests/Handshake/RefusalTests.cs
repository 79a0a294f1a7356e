using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.FunctionalTests.Wire;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>Refusals by an HTTP response before the upgrade.</summary>
internal sealed class RefusalTests
{
    private static readonly string Path = "/ws?token=" + Tokens.For("alice");

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_request_that_is_not_a_WebSocket_handshake_is_400()
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
    public async Task An_invalid_room_name_in_the_query_is_400(string rooms)
    {
        using var response = await Upgrade.AnswerAsync(_gateway, Path + "&rooms=" + Uri.EscapeDataString(rooms));

        await MustBeRefusedAsync(response, HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task More_connections_than_the_limit_are_503_until_one_closes()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnections=1");
        var first = await Client.ConnectAsync(gateway, "alice");

        using (var response = await Upgrade.AnswerAsync(gateway, Path))
        {
            await MustBeRefusedAsync(response, HttpStatusCode.ServiceUnavailable);
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        await first.CloseAsync();
        await TestTimeout.Until(async () => await Upgrade.StatusAsync(gateway, Path) == HttpStatusCode.SwitchingProtocols, "the lease to be released");
        await first.DisposeAsync();
    }

    [Test]
    public async Task More_connections_from_one_address_than_the_limit_are_429()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerAddress=1");
        await using var first = await Client.ConnectAsync(gateway, "alice");

        using var response = await Upgrade.AnswerAsync(gateway, Path);

        await MustBeRefusedAsync(response, HttpStatusCode.TooManyRequests);
        Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task The_count_of_an_address_is_given_back_when_a_connection_ends()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerAddress=1");
        for (var i = 0; i < 3; i++)
        {
            await using (await Client.ConnectAsync(gateway, "alice")) Assert.That(await Upgrade.StatusAsync(gateway, Path), Is.EqualTo(HttpStatusCode.TooManyRequests));
            await gateway.EmptyAsync();
        }
    }

    [Test]
    public async Task An_upgrade_over_HTTP_1_0_is_400_with_a_clear_text()
    {
        var request = Encoding.ASCII.GetString(WireClient.Request("alice")).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _gateway.Uri.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(socket.GetStream());

        var response = await TestTimeout.For(reader.ReadToEndAsync(), "the response");

        Assert.That(response, Does.Match("^HTTP/1\\.[01] 400 ").And.Contain("needs HTTP/1.1"));
    }

    [Test]
    public async Task A_query_with_more_rooms_than_a_connection_may_be_in_is_400_and_names_the_setting()
    {
        using var response = await Upgrade.AnswerAsync(_gateway, Path + "&rooms=" + string.Join(',', Enumerable.Range(0, 101)));

        await MustBeRefusedAsync(response, HttpStatusCode.BadRequest);
        Assert.That((await response.BodyAsync()).GetProperty("message").GetString(), Does.Contain("101 rooms").And.Contain("Rooms:MaxPerConnection"));
    }

    [Test]
    public async Task Texts_are_readable_as_they_are_sent()
    {
        using var token = await Upgrade.AnswerAsync(_gateway, "/ws", ("Sec-WebSocket-Protocol", "bearer.x"));
        using var room = await Upgrade.AnswerAsync(_gateway, Path + "&rooms=it's");

        Assert.That(await token.Content.ReadAsStringAsync(), Does.Contain("bearer.<token>"));
        Assert.That(await room.Content.ReadAsStringAsync(), Does.Contain("it's"));
    }

    [Test]
    public async Task More_handshakes_in_a_second_than_the_limit_are_429()
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
    public async Task A_refused_handshake_keeps_no_lease()
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
