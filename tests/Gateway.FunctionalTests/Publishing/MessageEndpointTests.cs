using System.Net;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

internal sealed class MessageEndpointTests
{
    private const string ToUser = "/ws/message/notification/user/alice";
    private const string ToAll = "/ws/message/system/broadcast";
    private const string ToRoom = "/ws/message/data-update/group/chat:room001";
    private const string Notification = """{"title":"t","body":"b","icon":"i","link":"l"}""";
    private const string Update = """{"entity":"order","action":"updated","id":"7","data":{"n":1}}""";
    private const string Key = "a-key-of-the-tests";

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        redis: null, "--Auth:ApiKeys:0:Name=shop", "--Auth:ApiKeys:0:Hash=" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))));

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task C14_A_notification_reaches_its_user_only()
    {
        await using var alice = await Client.ConnectAsync(_gateway, "alice");
        await using var eve = await Client.ConnectAsync(_gateway, "eve");

        await MustSucceedAsync(ToUser, Notification, "publish:user");

        Assert.That((await alice.NextAsync("notification")).GetProperty("content").GetRawText(), Is.EqualTo(Notification));
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C14_A_user_id_in_the_path_is_percent_decoded()
    {
        await using var user = await Client.ConnectAsync(_gateway, "auth0|5f/7c");

        await MustSucceedAsync("/ws/message/notification/user/auth0%7C5f%2F7c", Notification, "publish:user");

        await user.NextAsync("notification");
    }

    [Test]
    public async Task C14_A_broadcast_reaches_everybody()
    {
        await using var alice = await Client.ConnectAsync(_gateway, "alice");
        await using var bob = await Client.ConnectAsync(_gateway, "bob");

        await MustSucceedAsync(ToAll, Notification, "publish:all");

        await alice.NextAsync("notification");
        await bob.NextAsync("notification");
    }

    [Test]
    public async Task C14_A_data_update_reaches_the_members_of_its_room()
    {
        await using var alice = await Client.ConnectAsync(_gateway, "alice");
        await using var eve = await Client.ConnectAsync(_gateway, "eve");
        await alice.JoinAsync("chat:room001");

        await MustSucceedAsync(ToRoom, Update, "publish:room");

        Assert.That((await alice.NextAsync("data_update")).GetProperty("content").GetRawText(), Is.EqualTo(Update));
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task C14_An_API_key_publishes_without_a_token()
    {
        await using var alice = await Client.ConnectAsync(_gateway, "alice");
        using var request = Post(ToUser, Notification);
        request.Headers.Add("X-API-Key", Key);

        using var response = await _gateway.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await alice.NextAsync("notification");
    }

    [TestCase(ToUser, "publish:room publish:all")]
    [TestCase(ToAll, "publish:room publish:user")]
    [TestCase(ToRoom, "publish:user publish:all")]
    public async Task C14_Without_the_scope_of_its_target_a_caller_gets_403(string path, string otherScopes)
    {
        Assert.That(await StatusAsync(path, Notification, Tokens.WithScopes("svc", otherScopes)), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(path, Notification, token: null), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await StatusAsync(path, Notification, "not-a-token"), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase(ToUser, "{")]
    [TestCase(ToUser, "")]
    [TestCase(ToUser, "[]")]
    [TestCase(ToUser, """{"body":"b"}""")]
    [TestCase(ToUser, """{"title":null,"body":"b"}""")]
    [TestCase(ToUser, """{"title":"t","body":" "}""")]
    [TestCase(ToUser, """{"title":7,"body":"b"}""")]
    [TestCase(ToUser, """{"title":"\ud800","body":"b"}""")]
    [TestCase(ToAll, """{"title":"t"}""")]
    [TestCase(ToRoom, """{"action":"updated","id":"7"}""")]
    [TestCase(ToRoom, """{"entity":"order","action":"updated","id":"7","data":{"x":"\ud800"}}""")]
    [TestCase("/ws/message/data-update/group/chat:*", Update)]
    [TestCase("/ws/message/notification/user/a%20b", Notification)]
    public async Task C14_An_invalid_body_or_name_is_400_with_a_reason(string path, string body)
    {
        using var request = Post(path, body, Tokens.Operator());
        using var response = await _gateway.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await response.Content.ReadAsStringAsync());
        Assert.That((await response.BodyAsync()).ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Object));
    }

    [Test]
    public async Task C14_A_message_that_is_too_long_is_413()
    {
        var body = $$"""{"title":"t","body":"{{new string('x', 257 * 1024)}}"}""";

        Assert.That(await StatusAsync(ToUser, body, Tokens.Operator()), Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task C14_Too_many_requests_of_one_caller_are_429_with_Retry_After()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:PublishesPerSecond=1");
        for (var i = 0; i < 5; i++)
        {
            using var request = Post(ToUser, Notification, Tokens.WithScopes("svc", "publish:user"));
            using var response = await gateway.Http.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.OK) continue;
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            return;
        }

        Assert.Fail("five requests at once passed a limit of one per second");
    }

    private static HttpRequestMessage Post(string path, string body, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Add("Authorization", "Bearer " + token);
        return request;
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string body, string? token)
    {
        using var request = Post(path, body, token);
        using var response = await _gateway.Http.SendAsync(request);
        return response.StatusCode;
    }

    private async Task MustSucceedAsync(string path, string body, string scope)
    {
        using var request = Post(path, body, Tokens.WithScopes("svc", scope));
        using var response = await _gateway.Http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"success":true}"""));
    }
}
