using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>While Redis is down: 503 with Retry-After, soon; when it is back: 200 again.</summary>
internal sealed class RedisOutageTests
{
    private const string Tick = """{"target":"all","type":"tick"}""";

    private PublisherApis _apis = null!;

    [OneTimeSetUp]
    public async Task Start() => _apis = await PublisherApis.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _apis.DisposeAsync();

    [Test]
    public async Task C13_503_with_Retry_After_while_Redis_is_down_and_200_when_it_is_back()
    {
        (ApiHost Host, string Path, string Json)[] calls =
        [
            (_apis.Admin, "/publish", Tick),
            (_apis.Admin, "/publish", $$"""{"messages":[{{Tick}},{{Tick}}]}"""),
            (_apis.Admin, "/publish", """{"targets":["room:a","room:b"],"type":"tick"}"""),
            (_apis.Admin, "/api/v1/admin/notifications/system", """{"title":"t","body":"b"}"""),
            (_apis.Admin, "/api/v1/admin/notifications/user/1", """{"title":"t","body":"b"}"""),
            (_apis.Admin, "/api/v1/admin/notifications/order", """{"user_id":"1","order_id":"1","order_status":"x"}"""),
            (_apis.User, "/api/v1/user/messages", """{"to":"bob","text":"hi"}"""),
            (_apis.User, "/api/v1/user/chat", """{"to":"bob","text":"hi"}"""),
            (_apis.User, "PUT /api/v1/user/tasks/1", """{"user_id":"olga"}"""),
            (_apis.User, "/api/v1/user/tasks/1/progress", "{}"),
        ];
        foreach (var (host, path, json) in calls)
            await TestTimeout.Until(async () => (await Send(host, path, json)).Status == 200, $"{path} to response 200");

        await _apis.Redis.StopAsync();
        foreach (var (host, path, json) in calls)
        {
            var start = TimeProvider.System.GetTimestamp();
            var response = await Send(host, path, json);

            Assert.That((response.Status, response.MediaType), Is.EqualTo((503, "application/problem+json")), path);
            Assert.That(response.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)), path);
            Assert.That(response.Detail, Does.Contain("try again"), path);
            Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(5)), path);
        }

        await _apis.Redis.StartAsync();
        foreach (var (host, path, json) in calls)
            await TestTimeout.Until(async () => (await Send(host, path, json)).Status == 200, $"{path} to response 200 again");
    }

    [Test]
    public async Task A_second_try_with_the_id_of_the_503_is_exact()
    {
        await _apis.Redis.StopAsync();
        var refused = await Send(_apis.Admin, "/publish", Tick);
        var id = refused.Json.GetProperty("id").GetString();
        await _apis.Redis.StartAsync();

        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:all");
        ApiResponse taken = refused;
        await TestTimeout.Until(
            async () =>
            {
                taken = await Send(_apis.Admin, "/publish", $$"""{"target":"all","type":"tick","id":"{{id}}"}""");
                return taken.Status == 200;
            },
            "a publish to be taken again");

        Assert.That(taken.Json.GetProperty("id").GetString(), Is.EqualTo(id));
        Assert.That((await ears.NextAsync()).Message.GetProperty("id").GetString(), Is.EqualTo(id));
    }

    private static Task<ApiResponse> Send(ApiHost host, string path, string json) => path.StartsWith("PUT ", StringComparison.Ordinal)
        ? host.PutAsync(path[4..], Tokens.Operator(), json)
        : host.PostAsync(path, Tokens.Operator(), json);
}
