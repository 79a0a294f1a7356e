using System.Net.Http.Headers;
using System.Text;
using AdminApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>Errors that all endpoints of both services have in common, as problem details.</summary>
internal sealed class ApiErrorTests
{
    private static readonly string[] AdminPaths =
        ["/publish", "/api/v1/admin/notifications/system", "/api/v1/admin/notifications/user/1", "/api/v1/admin/notifications/order"];

    private static readonly string[] UserPaths =
        ["/api/v1/user/messages", "/api/v1/user/chat", "PUT /api/v1/user/tasks/1", "/api/v1/user/tasks/1/progress"];

    private ApiHost _admin;
    private ApiHost _user;

    private static IEnumerable<string> Paths => AdminPaths.Concat(UserPaths);

    [OneTimeSetUp]
    public async Task Start()
    {
        _admin = await ApiHost.StartAsync(AdminApiApp.Create);
        _user = await ApiHost.StartAsync(UserApiApp.Create);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _admin.DisposeAsync();
        await _user.DisposeAsync();
    }

    [TestCaseSource(nameof(Paths))]
    public async Task Without_a_token_401(string path)
    {
        var response = await Send(path, token: null, "{}");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((401, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("Authorization: Bearer"));
    }

    [TestCaseSource(nameof(Paths))]
    public async Task With_a_forged_token_401(string path)
    {
        var response = await Send(path, Tokens.Hs256(Tokens.Claims("eve"), "another-secret-that-is-long-enough-too"), "{}");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((401, "application/problem+json")));
    }

    [TestCaseSource(nameof(Paths))]
    public async Task A_body_that_is_not_JSON_400(string path)
    {
        var response = await Send(path, Tokens.Operator(), "{\"a\":");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((400, "application/problem+json")));
    }

    [TestCaseSource(nameof(Paths))]
    public async Task A_body_of_another_media_type_415(string path)
    {
        var response = await Send(path, Tokens.Operator(), "a=b", "application/x-www-form-urlencoded");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((415, "application/problem+json")));
    }

    [TestCaseSource(nameof(UserPaths))]
    public async Task A_body_above_64_KiB_at_the_user_API_413(string path)
    {
        var response = await Send(path, Tokens.Operator(), $$"""{"text":"{{new string('x', 65_536)}}"}""");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((413, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("65536").And.Contain("Limits:MaxUserBodyBytes"));
    }

    [Test]
    public async Task C13_A_notification_above_256_KiB_413()
    {
        var response = await _admin.PostAsync(AdminPaths[1], Tokens.Operator(), $$"""{"title":"t","body":"{{new string('x', 262_144)}}"}""");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((413, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("262144"));
    }

    [Test]
    public async Task C13_More_than_the_limit_allows_429_with_Retry_After()
    {
        await using var host = await ApiHost.StartAsync(AdminApiApp.Create, "--Limits:PublishesPerSecond=1");
        var responses = new List<ApiResponse>();
        var start = TimeProvider.System.GetTimestamp();

        // One a second: of so many at once one must be over it, however slow the machine.
        while (responses.TrueForAll(a => a.Status == 200) && TimeProvider.System.GetElapsedTime(start) < TestTimeout.Limit)
            responses.AddRange(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.PostAsync("/publish", Tokens.Operator(), """{"target":"all","type":"tick"}"""))));

        var refused = responses.First(a => a.Status != 200);
        Assert.That((refused.Status, refused.MediaType), Is.EqualTo((429, "application/problem+json")));
        Assert.That(refused.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(refused.Detail, Does.Contain("Retry-After"));
        var other = await host.PostAsync("/publish", Tokens.WithScopes("another", "publish:all"), """{"target":"all","type":"tick"}""");
        Assert.That(other.Status, Is.EqualTo(200), "the limit is per caller");
    }

    [Test]
    public async Task A_body_above_the_limit_of_the_process_413_names_the_setting()
    {
        await using var host = await ApiHost.StartAsync(AdminApiApp.Create, "--Listen:MaxBodyBytes=1000");

        foreach (var path in AdminPaths)
        {
            var response = await host.PostAsync(path, Tokens.Operator(), $$"""{"title":"{{new string('x', 40_000)}}"}""");
            Assert.That((response.Status, response.Detail), Is.EqualTo((413, "a body is at most 1000 bytes here; the setting is Listen:MaxBodyBytes")), path);
        }
    }

    [Test]
    public async Task By_default_a_user_is_limited_and_an_API_key_is_not()
    {
        await using var host = await ApiHost.StartAsync(UserApiApp.Create);
        var statuses = new List<int>();
        for (var round = 0; round < 50 && !statuses.Contains(429); round++)
            statuses.AddRange(await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => (await host.PostAsync(UserPaths[0], Tokens.For("ann"), "{}")).Status)));

        Assert.That(statuses.Count(status => status == 400), Is.GreaterThanOrEqualTo(100), "the burst");
        Assert.That(statuses, Does.Contain(429));
        Assert.That((await host.PostAsync(UserPaths[0], Tokens.For("bob"), "{}")).Status, Is.EqualTo(400), "another user");
        var service = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.SendAsync(WithKey(UserPaths[0], "{}"))));
        Assert.That(service.Select(response => response.Status), Has.All.EqualTo(400));
    }

    [TestCase("UserPublishesPerSecond")]
    [TestCase("UserPublishBurst")]
    public async Task A_limit_of_0_is_no_limit(string setting)
    {
        await using var host = await ApiHost.StartAsync(UserApiApp.Create, $"--Limits:{setting}=0");

        var responses = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => host.PostAsync(UserPaths[0], Tokens.For("ann"), "{}")));

        Assert.That(responses.Select(response => response.Status), Has.All.EqualTo(400));
    }

    [Test]
    public async Task A_text_in_a_body_is_not_escaped_for_HTML()
    {
        var response = await _admin.PostAsync("/publish", Tokens.Operator(), """{"target":"user:","type":"t"}""");

        Assert.That(response.Text, Does.Contain("user:<id>").And.Not.Contain("u003C"));
    }

    [Test]
    public async Task An_API_key_publishes_without_a_token()
    {
        Assert.That((await _admin.SendAsync(WithKey("/publish", """{"target":"all","type":"tick"}"""))).Status, Is.EqualTo(200));
    }

    private static HttpRequestMessage WithKey(string path, string json) =>
        new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json"), Headers = { { "X-API-Key", ApiHost.ApiKey } } };

    private Task<ApiResponse> Send(string path, string? token, string body, string mediaType = "application/json")
    {
        var host = AdminPaths.Contains(path) ? _admin : _user;
        var put = path.StartsWith("PUT ", StringComparison.Ordinal);
        var request = new HttpRequestMessage(put ? HttpMethod.Put : HttpMethod.Post, put ? path[4..] : path)
        {
            Content = new StringContent(body, Encoding.UTF8, mediaType),
        };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return host.SendAsync(request);
    }
}
