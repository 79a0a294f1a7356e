using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

internal sealed class AdminEndpointTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Only_operators_may_give_orders(
        [Values("none", "invalid", "user", "publisher", "operator", "admin")] string role, [Values("revoke", "disconnect", "drain")] string order)
    {
        var token = role switch
        {
            "none" => null,
            "invalid" => "not-a-token",
            "user" => Tokens.For("ann"),
            "publisher" => Tokens.WithScopes("svc", "publish:all publish:room publish:user operator"),
            _ => Tokens.For("olga", ("role", role)),
        };

        var response = await _gateway.PostAsync("/admin/" + order, """{"user_id":"nobody"}""", token);

        Assert.That(response.Status, Is.EqualTo(role switch { "none" or "invalid" => 401, "user" or "publisher" => 403, _ => 202 }));
        Assert.That(response.Json.TryGetProperty("id", out _), Is.EqualTo(response.Status == 202));
    }

    [TestCase("revoke", "{}", "body")]
    [TestCase("revoke", """{"jti":""}""", "body")]
    [TestCase("revoke", """{"jti":"a","user_id":"b"}""", "body")]
    [TestCase("revoke", """{"user_id":"a b"}""", "user_id")]
    [TestCase("revoke", """{"issued_before":99999999999}""", "issued_before")]
    [TestCase("revoke", """{"issued_before":0}""", "issued_before")]
    [TestCase("revoke", """{"issued_before":"x"}""", "issued_before")]
    [TestCase("revoke", """{"token":"a"}""", "token")]
    [TestCase("disconnect", "{}", "body")]
    [TestCase("disconnect", """{"connection_id":"x"}""", "connection_id")]
    [TestCase("disconnect", """{"connection_id":"x","user_id":"b"}""", "body")]
    public async Task An_invalid_order_is_400_and_names_the_field(string order, string body, string field)
    {
        var response = await _gateway.PostAsync("/admin/" + order, body, Tokens.Operator());

        Assert.That(response.Status, Is.EqualTo(400));
        Assert.That(response.ErrorOf(field), Is.Not.Empty);
    }

    [Test]
    public async Task Without_Redis_orders_work_within_the_process()
    {
        await using var revoked = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("eve", ("jti", "17")));
        await using var disconnected = await Client.ConnectAsync(_gateway, "bob");

        await _gateway.OrderAsync("revoke", """{"jti":17}""");
        await _gateway.OrderAsync("disconnect", """{"user_id":"bob"}""");

        Assert.That((await TestTimeout.For(revoked.Closed, "the close")).Code, Is.EqualTo(4403));
        Assert.That((await TestTimeout.For(disconnected.Closed, "the close")).Code, Is.EqualTo(1008));
    }
}
