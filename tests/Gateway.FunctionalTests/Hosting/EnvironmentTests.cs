using System.Net;
using System.Net.WebSockets;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>Processes with a real environment: what operators of the former systems have in their manifests.</summary>
internal sealed class EnvironmentTests
{
    private const string Secret = "a-secret-from-the-environment-of-32-bytes-or-more";

    private static readonly string Gateway = typeof(GatewayApp).Assembly.GetName().Name + ".dll";

    [Test]
    public async Task E6_The_customary_names_configure_a_gateway_and_no_Redis_is_a_warning()
    {
        await using var process = ServiceProcess.Start(
            Gateway, ("PORT", "0"), ("JWT_SECRET", Secret), ("ALLOWED_ORIGINS", "https://a.example.com, https://b.example.com"), ("WS_MAX_CONNECTIONS_PER_USER", "1"));
        using var http = new HttpClient { BaseAddress = await process.UriAsync() };
        using var first = await ConnectAsync(http.BaseAddress, "alice");

        var foreign = await AskAsync(http, "bob", "https://c.example.com");
        var second = await AskAsync(http, "alice", "https://a.example.com");
        var other = await AskAsync(http, "bob", "https://b.example.com");

        Assert.Multiple(() =>
        {
            Assert.That(foreign, Is.EqualTo(HttpStatusCode.Forbidden), "ALLOWED_ORIGINS");
            Assert.That(second, Is.EqualTo(HttpStatusCode.TooManyRequests), "WS_MAX_CONNECTIONS_PER_USER");
            Assert.That(other, Is.EqualTo(HttpStatusCode.SwitchingProtocols), "JWT_SECRET");
            Assert.That(process.Output, Does.Contain("warn").And.Contain("REDIS_HOST").And.Contain("single-instance"));
            Assert.That(process.Output, Does.Not.Contain(Secret));
        });
    }

    [Test]
    public async Task An_HS256_secret_below_32_bytes_is_refused_at_start_with_a_reason()
    {
        await using var process = ServiceProcess.Start(Gateway, ("PORT", "0"), ("JWT_SECRET", "only-31-bytes-of-secret-text-..."[..31]));

        Assert.That(await process.ExitCodeAsync(), Is.EqualTo(78));
        Assert.That(process.Output, Does.Contain("at least 32 bytes").And.Contain("31").And.Contain("JWT_SECRET"));
        Assert.That(process.Output, Does.Not.Contain("only-31"));
    }

    [Test]
    public async Task Without_any_key_a_gateway_does_not_start_and_names_the_settings()
    {
        await using var process = ServiceProcess.Start(Gateway, ("PORT", "0"));

        Assert.That(await process.ExitCodeAsync(), Is.EqualTo(78));
        Assert.That(process.Output, Does.Contain("JWT_SECRET").And.Contain("JWT_PUBLIC_KEY").And.Contain("JWT_AUTHORITY"));
    }

    [Test]
    public async Task Wrong_values_are_all_named_with_their_environment_names()
    {
        await using var process = ServiceProcess.Start(
            Gateway, ("PORT", "0"), ("JWT_SECRET", Secret), ("WS_MAX_CONNECTIONS", "many"), ("WS_HEARTBEAT_INTERVAL", "0.2"), ("Connections__MaxMessageBytes", "1"));

        Assert.That(await process.ExitCodeAsync(), Is.EqualTo(78));
        Assert.That(process.Output, Does.Contain("WS_MAX_CONNECTIONS").And.Contain("WS_HEARTBEAT_INTERVAL").And.Contain("Connections__MaxMessageBytes"));
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri gateway, string user)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + Tokens.Hs256(Tokens.Claims(user), Secret));
        await TestTimeout.For(socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None), "the handshake");
        return socket;
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string user, string origin)
    {
        using var request = Upgrade.Request("/ws");
        request.Headers.Add("Authorization", "Bearer " + Tokens.Hs256(Tokens.Claims(user), Secret));
        request.Headers.Add("Origin", origin);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }
}
