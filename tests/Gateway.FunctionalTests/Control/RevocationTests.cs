using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AdminApi;
using Gateway.Bus;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

internal sealed class RevocationTests
{
    private ControlledPods _pods = null!;

    [SetUp]
    public async Task Start() => _pods = await ControlledPods.StartAsync();

    [TearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [TestCase("jti")]
    [TestCase("user_id")]
    [TestCase("issued_before")]
    public async Task A_revocation_closes_the_connections_of_its_tokens_on_three_gateways_with_4403_and_refuses_them(string kind)
    {
        var (revoked, other) = (Tokens.For("eve", ("jti", "t-1"), ("iat", Now - 100)), Tokens.For(kind == "jti" ? "eve" : "ann", ("jti", "t-2"), ("iat", Now - 10)));
        var clients = await OpenAsync(revoked);
        var others = await OpenAsync(other);

        var since = Stopwatch.GetTimestamp();
        await _pods.All[0].OrderAsync("revoke", kind switch { "jti" => """{"jti":"t-1"}""", "user_id" => """{"user_id":"eve"}""", _ => $$"""{"issued_before":{{Now - 50}}}""" });
        foreach (var client in clients) Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(4403));
        TestContext.Out.WriteLine($"revoked on {clients.Count} gateways within {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");

        foreach (var gateway in _pods.All)
        {
            Assert.That(await Upgrade.StatusAsync(gateway, "/ws?token=" + revoked), Is.EqualTo(HttpStatusCode.Unauthorized));
            var http = await gateway.PostAsync("/ws/message/system/broadcast", """{"title":"t","body":"b"}""", revoked);
            Assert.That((http.Status, http.Detail), Is.EqualTo((401, "the token was revoked")));
            Assert.That((await gateway.PostAsync("/ws/ticket", "", other)).Status, Is.EqualTo(200));
        }

        (await others[0].AskAsync(JsonSerializer.Serialize(new { type = "refresh_token", content = revoked }))).MustBeError(403);
        foreach (var client in others) Assert.That(await client.UntilMarkerAsync(), Is.Empty);
        foreach (var client in clients.Concat(others)) await client.DisposeAsync();
    }

    [Test]
    public async Task Tokens_without_iat_belong_to_every_revocation_of_their_user()
    {
        await using var client = await Client.ConnectAsync(_pods.All[1], "eve");

        await _pods.All[0].OrderAsync("revoke", """{"user_id":"eve"}""");

        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(4403));
        await using var later = await Client.OpenAsync(_pods.All[1], "/ws?token=" + Tokens.For("eve", ("iat", Now + 2)));
        Assert.That(later.Welcome.Type(), Is.EqualTo("welcome"));
    }

    [Test]
    public async Task A_gateway_that_is_cut_off_applies_the_revocation_and_the_disconnect_when_it_is_back()
    {
        await using var revoked = await Client.OpenAsync(_pods.Third, "/ws?token=" + Tokens.For("eve", ("jti", "t-1")));
        await using var disconnected = await Client.ConnectAsync(_pods.Third, "bob");
        await using var other = await Client.ConnectAsync(_pods.Third, "ann");
        await _pods.CutAsync();

        await _pods.All[0].OrderAsync("revoke", """{"jti":"t-1"}""");
        await _pods.All[0].OrderAsync("disconnect", """{"user_id":"bob"}""");
        await Client.ConnectAsync(_pods.Third, "late");
        Assert.That(revoked.Closed.IsCompleted || disconnected.Closed.IsCompleted, Is.False);
        _pods.Reconnect();

        Assert.That((await TestTimeout.For(revoked.Closed, "the close")).Code, Is.EqualTo(4403));
        Assert.That((await TestTimeout.For(disconnected.Closed, "the close")).Code, Is.EqualTo(1008));
        await TestTimeout.Until(async () => (await other.AskAsync("""{"type":"join_room","room":"r"}""")).Type() == "ack", "a join to be confirmed");
    }

    [Test]
    public async Task A_revocation_outlives_the_orders_that_the_stream_keeps()
    {
        await using var revoked = await Client.OpenAsync(_pods.Third, "/ws?token=" + Tokens.For("eve", ("jti", "t-1")));
        await _pods.CutAsync();

        await _pods.All[0].OrderAsync("revoke", """{"jti":"t-1"}""");
        await _pods.Redis.CommandAsync("DEL", "gateway:control");
        _pods.Reconnect();

        Assert.That((await TestTimeout.For(revoked.Closed, "the close")).Code, Is.EqualTo(4403));
    }

    [Test]
    public async Task A_gateway_that_starts_later_and_the_publisher_APIs_refuse_the_token()
    {
        var token = Tokens.For("svc", ("jti", "t-1"), ("scope", "publish:all"));
        await using var api = await ApiHost.StartAsync(AdminApiApp.Create, _pods.Redis.Settings);
        await TestTimeout.Until(() => api.App.Services.GetRequiredService<IBusHealth>().Current.Connected, "the API to reach Redis");
        const string body = """{"target":"all","type":"news"}""";
        Assert.That((await api.PostAsync("/publish", token, body)).Status, Is.EqualTo(200));

        await _pods.All[0].OrderAsync("revoke", """{"jti":"t-1"}""");

        await TestTimeout.Until(async () => (await api.PostAsync("/publish", token, body)).Status == 401, "the API to refuse the token");
        await using var late = await ServiceHost.GatewayAsync(_pods.Redis);
        await TestTimeout.Until(async () => await Upgrade.StatusAsync(late, "/ws?token=" + token) == HttpStatusCode.Unauthorized, "the new gateway to refuse the token");
        Assert.That(await Upgrade.StatusAsync(late, "/ws?token=" + Tokens.For("ann")), Is.EqualTo(HttpStatusCode.SwitchingProtocols));
    }

    [Test]
    public async Task Revocations_that_concern_no_valid_token_any_more_are_removed()
    {
        var over = JsonSerializer.Serialize(new { jti = "t-1", issued_before = 0, until = Now - 1 });
        await _pods.Redis.CommandAsync("HSET", "gateway:revoked", "jti:t-1", over, "invalid", "{");

        await using var late = await ServiceHost.GatewayAsync(_pods.Redis);

        await TestTimeout.Until(async () => await _pods.Redis.CommandAsync("HLEN", "gateway:revoked") == "0", "the entries to be removed");
        await using var client = await Client.OpenAsync(late, "/ws?token=" + Tokens.For("eve", ("jti", "t-1")));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private async Task<List<Client>> OpenAsync(string token)
    {
        var clients = new List<Client>();
        foreach (var gateway in _pods.All) clients.Add(await Client.OpenAsync(gateway, "/ws?token=" + token));
        return clients;
    }
}
