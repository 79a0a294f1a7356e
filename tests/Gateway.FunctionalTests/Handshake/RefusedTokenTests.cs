using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

internal sealed class RefusedTokenTests
{
    private ServiceHost _gateway = null!;

    private static IEnumerable<TestCaseData> Refused()
    {
        var good = Tokens.For("mallory");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        yield return Case("garbage", "not-a-token");
        yield return Case("expired", Tokens.For("mallory", ("exp", now - 31)));
        yield return Case("no exp", Tokens.For("mallory", ("exp", null)));
        yield return Case("exp as a text", Tokens.For("mallory", ("exp", $"{now + 600}")));
        yield return Case("not valid yet", Tokens.For("mallory", ("nbf", now + 600)));
        yield return Case("no user", Tokens.For("mallory", ("user_id", null)));
        yield return Case("another's secret", Tokens.Hs256(Tokens.Claims("mallory"), "another-secret-that-is-long-enough-for-HS256"));
        yield return Case("no signature", Tokens.None(Tokens.Claims("mallory")));
        yield return Case("a stripped signature", good[..(good.LastIndexOf('.') + 1)]);
        yield return Case("a changed payload", Forge(good));
        yield return Case("encrypted", "a.b.c.d.e");
        yield return Case("empty", "");
    }

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCaseSource(nameof(Refused))]
    public async Task C2_An_invalid_token_is_refused_with_401_before_the_upgrade(string token)
    {
        using var response = await Upgrade.AnswerAsync(_gateway, "/ws", ("Authorization", "Bearer " + token));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var body = await response.BodyAsync();
        Assert.Multiple(() =>
        {
            Assert.That(body.GetProperty("code").GetInt32(), Is.EqualTo(401));
            Assert.That(body.GetProperty("message").GetString(), Is.Not.Empty);
            Assert.That(body.GetProperty("error").GetString(), Is.EqualTo(body.GetProperty("message").GetString()));
            Assert.That(body.EnumerateObject().Count(), Is.EqualTo(3));
            Assert.That(response.Headers.WwwAuthenticate.ToString(), Does.StartWith("Bearer"));
        });
    }

    [Test]
    public async Task C2_A_token_that_expired_within_the_leeway_is_still_good()
    {
        var justExpired = Tokens.For("alice", ("exp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 15));

        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + justExpired);

        Assert.That(client.Welcome.Type(), Is.EqualTo("welcome"));
    }

    private static TestCaseData Case(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);

    private static string Forge(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Tokens.For("admin").Split('.')[1]}.{parts[2]}";
    }
}
