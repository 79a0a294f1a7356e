using System.Net;
using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

internal sealed class ConnectTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task C1_A_token_in_the_query_opens_a_connection()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        Assert.That(client.Welcome.GetProperty("type").GetString(), Is.EqualTo("welcome"));
    }

    [Test]
    public async Task C1_A_token_in_the_Authorization_header_opens_a_connection()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws", o => o.SetRequestHeader("Authorization", "Bearer " + Tokens.For("alice")));

        Assert.That(client.Welcome.GetProperty("type").GetString(), Is.EqualTo("welcome"));
    }

    [Test]
    public async Task C2_A_missing_token_is_refused_with_401_before_the_upgrade()
    {
        using var request = Upgrade.Request("/ws");
        using var response = await _gateway.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(body.GetProperty("code").GetInt32(), Is.EqualTo(401));
            Assert.That(body.GetProperty("message").GetString(), Is.Not.Empty);
            Assert.That(body.GetProperty("error").GetString(), Is.EqualTo(body.GetProperty("message").GetString()));
        });
    }

    [Test]
    public async Task C5_The_welcome_has_the_client_id_and_the_server_time()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        var content = client.Welcome.GetProperty("content");
        var data = client.Welcome.GetProperty("data");
        Assert.Multiple(() =>
        {
            Assert.That(content.GetProperty("code").GetInt32(), Is.Zero);
            Assert.That(content.GetProperty("message").GetString(), Is.Not.Empty);
            Assert.That(content.GetProperty("level").GetString(), Is.EqualTo("info"));
            Assert.That(data.GetProperty("client_id").GetString(), Is.Not.Empty);
            Assert.That(data.GetProperty("server_time").GetInt64(), Is.GreaterThan(1_700_000_000));
        });
    }

    [Test]
    public async Task C9_The_response_to_a_ping_is_a_pong_with_null_content_and_seconds()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        await client.SendAsync("""{"type":"ping"}""");

        var pong = await client.NextAsync("pong");
        Assert.That(pong.GetProperty("content").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(pong.GetProperty("timestamp").GetInt64(), Is.InRange(1_700_000_000, 9_999_999_999));
    }
}
