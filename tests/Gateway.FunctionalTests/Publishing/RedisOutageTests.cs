using AdminApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>While Redis is down: 503 with Retry-After, soon; when it is back: 200 again.</summary>
internal sealed class RedisOutageTests
{
    private const string Tick = """{"target":"all","type":"tick"}""";

    private RedisServer _redis;
    private ApiHost _admin;
    private ApiHost _user;

    [OneTimeSetUp]
    public async Task Start()
    {
        _redis = await RedisServer.StartAsync();
        _admin = await ApiHost.StartAsync(AdminApiApp.Create, _redis.Settings);
        _user = await ApiHost.StartAsync(UserApiApp.Create, _redis.Settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _admin.DisposeAsync();
        await _user.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task C13_503_with_Retry_After_while_Redis_is_down_and_200_when_it_is_back()
    {
        (ApiHost Host, string Path, string Json)[] calls =
        [
            (_admin, "/publish", Tick),
            (_admin, "/publish", $$"""{"messages":[{{Tick}},{{Tick}}]}"""),
            (_admin, "/publish", """{"targets":["room:a","room:b"],"type":"tick"}"""),
            (_admin, "/api/v1/admin/notifications/system", """{"title":"t","body":"b"}"""),
            (_admin, "/api/v1/admin/notifications/user/1", """{"title":"t","body":"b"}"""),
            (_admin, "/api/v1/admin/notifications/order", """{"user_id":"1","order_id":"1","order_status":"x"}"""),
            (_user, "/api/v1/user/messages", """{"to":"bob","text":"hi"}"""),
            (_user, "/api/v1/user/chat", """{"to":"bob","text":"hi"}"""),
            (_user, "PUT /api/v1/user/tasks/1", """{"user_id":"olga"}"""),
            (_user, "/api/v1/user/tasks/1/progress", "{}"),
        ];
        foreach (var (host, path, json) in calls)
            await TestTimeout.Until(async () => (await Send(host, path, json)).Status == 200, $"{path} to answer 200");

        await _redis.StopAsync();
        foreach (var (host, path, json) in calls)
        {
            var start = TimeProvider.System.GetTimestamp();
            var answer = await Send(host, path, json);

            Assert.That((answer.Status, answer.MediaType), Is.EqualTo((503, "application/problem+json")), path);
            Assert.That(answer.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)), path);
            Assert.That(answer.Detail, Does.Contain("try again"), path);
            Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(5)), path);
        }

        await _redis.StartAsync();
        foreach (var (host, path, json) in calls)
            await TestTimeout.Until(async () => (await Send(host, path, json)).Status == 200, $"{path} to answer 200 again");
    }

    [Test]
    public async Task A_second_try_with_the_id_of_the_503_is_exact()
    {
        await _redis.StopAsync();
        var refused = await Send(_admin, "/publish", Tick);
        var id = refused.Json.GetProperty("id").GetString();
        await _redis.StartAsync();

        using var ears = await RecordingRedisClient.ListenAsync(_redis, "gateway:all");
        ApiResponse taken = refused;
        await TestTimeout.Until(
            async () =>
            {
                taken = await Send(_admin, "/publish", $$"""{"target":"all","type":"tick","id":"{{id}}"}""");
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
