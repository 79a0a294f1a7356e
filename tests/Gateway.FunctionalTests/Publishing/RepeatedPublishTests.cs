using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>A 503 whose message was delivered after all: the request repeated with the id of the 503 does not deliver it again.</summary>
internal sealed class RepeatedPublishTests
{
    private PublisherApis _apis = null!;

    [OneTimeSetUp]
    public async Task Start() => _apis = await PublisherApis.StartAsync("--Redis:PublishTimeout=100ms");

    [OneTimeTearDown]
    public async Task Stop() => await _apis.DisposeAsync();

    [TestCase("admin", "/publish", """{"target":"user:bob","type":"tick","id":"{id}"}""")]
    [TestCase("admin", "/publish", """{"messages":[{"target":"user:bob","type":"tick","id":"{id}"}]}""")]
    [TestCase("admin", "/api/v1/admin/notifications/user/bob", """{"title":"t","body":"b","id":"{id}"}""")]
    [TestCase("admin", "/api/v1/admin/notifications/order", """{"user_id":"bob","order_id":"1","order_status":"x","id":"{id}"}""")]
    [TestCase("user", "/api/v1/user/messages", """{"to":"bob","text":"t","id":"{id}"}""")]
    [TestCase("user", "/api/v1/user/chat", """{"to":"bob","text":"t","id":"{id}"}""")]
    public async Task A_request_repeated_with_the_id_of_its_503_is_delivered_once(string service, string path, string body)
    {
        var host = service == "admin" ? _apis.Admin : _apis.User;
        using var client = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:user:bob", "gateway:user:end");
        await TestTimeout.Until(async () => (await host.PostAsync("/publish", Tokens.Operator(), "{}")).Status != 503 && await IsUpAsync(host), "Redis to be used");

        // Redis takes the command and carries it out only after the publisher has given up.
        await _apis.Redis.CommandAsync("CLIENT", "PAUSE", "60000", "WRITE");
        var refused = await host.PostAsync(path, Tokens.Operator(), body.Replace(",\"id\":\"{id}\"", "", StringComparison.Ordinal));
        await _apis.Redis.CommandAsync("CLIENT", "UNPAUSE");
        Assert.That(refused.Status, Is.EqualTo(503), refused.Text);
        var id = (refused.Json.TryGetProperty("results", out var results) ? results[0] : refused.Json).GetProperty("id").GetString()!;

        ApiResponse repeated = refused;
        await TestTimeout.Until(
            async () => (repeated = await host.PostAsync(path, Tokens.Operator(), body.Replace("{id}", id, StringComparison.Ordinal))).Status == 200, "the repeated request to be accepted");
        await _apis.Redis.PublishAsync("gateway:user:end", "{}");

        Assert.That(repeated.Text, Does.Contain("\"duplicate\":true"));
        Assert.That((await client.NextAsync()).Channel, Is.EqualTo("gateway:user:bob"));
        Assert.That((await client.NextAsync()).Channel, Is.EqualTo("gateway:user:end"), "a second copy");
    }

    private static async Task<bool> IsUpAsync(ApiHost host) => (await host.GetAsync("/health/ready")).Status == 200;
}
