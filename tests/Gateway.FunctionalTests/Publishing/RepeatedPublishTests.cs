using AdminApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>A 503 whose message was delivered after all: the request repeated with the id of the 503 does not deliver it again.</summary>
internal sealed class RepeatedPublishTests
{
    private RedisServer _redis = null!;
    private ApiHost _admin = null!;
    private ApiHost _user = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _redis = await RedisServer.StartAsync();
        _admin = await ApiHost.StartAsync(AdminApiApp.Create, [.. _redis.Settings, "--Redis:PublishTimeout=100ms"]);
        _user = await ApiHost.StartAsync(UserApiApp.Create, [.. _redis.Settings, "--Redis:PublishTimeout=100ms"]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _admin.DisposeAsync();
        await _user.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [TestCase("admin", "/publish", """{"target":"user:bob","type":"tick","id":"{id}"}""")]
    [TestCase("admin", "/publish", """{"messages":[{"target":"user:bob","type":"tick","id":"{id}"}]}""")]
    [TestCase("admin", "/api/v1/admin/notifications/user/bob", """{"title":"t","body":"b","id":"{id}"}""")]
    [TestCase("admin", "/api/v1/admin/notifications/order", """{"user_id":"bob","order_id":"1","order_status":"x","id":"{id}"}""")]
    [TestCase("user", "/api/v1/user/messages", """{"to":"bob","text":"t","id":"{id}"}""")]
    [TestCase("user", "/api/v1/user/chat", """{"to":"bob","text":"t","id":"{id}"}""")]
    public async Task A_request_repeated_with_the_id_of_its_503_is_delivered_once(string service, string path, string body)
    {
        var host = service == "admin" ? _admin : _user;
        using var client = await RecordingRedisClient.ListenAsync(_redis, "gateway:user:bob", "gateway:user:end");
        await TestTimeout.Until(async () => (await host.PostAsync("/publish", Tokens.Operator(), "{}")).Status != 503 && await IsUpAsync(host), "Redis to be used");

        // Redis takes the command and carries it out only after the publisher has given up.
        await _redis.CommandAsync("CLIENT", "PAUSE", "60000", "WRITE");
        var refused = await host.PostAsync(path, Tokens.Operator(), body.Replace(",\"id\":\"{id}\"", "", StringComparison.Ordinal));
        await _redis.CommandAsync("CLIENT", "UNPAUSE");
        Assert.That(refused.Status, Is.EqualTo(503), refused.Text);
        var id = (refused.Json.TryGetProperty("results", out var results) ? results[0] : refused.Json).GetProperty("id").GetString()!;

        ApiResponse repeated = refused;
        await TestTimeout.Until(
            async () => (repeated = await host.PostAsync(path, Tokens.Operator(), body.Replace("{id}", id, StringComparison.Ordinal))).Status == 200, "the repeated request to be accepted");
        await _redis.PublishAsync("gateway:user:end", "{}");

        Assert.That(repeated.Text, Does.Contain("\"duplicate\":true"));
        Assert.That((await client.NextAsync()).Channel, Is.EqualTo("gateway:user:bob"));
        Assert.That((await client.NextAsync()).Channel, Is.EqualTo("gateway:user:end"), "a second copy");
    }

    private static async Task<bool> IsUpAsync(ApiHost host) => (await host.GetAsync("/health/ready")).Status == 200;
}
