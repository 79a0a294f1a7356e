using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>The three ways for a token to come in treat it alike: HTTP, the handshake, and <c>refresh_token</c>.</summary>
internal sealed class HostileTokenTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        redis: null, "--Connections:MaxErrorsPerMinute=0", "--Connections:MessagesPerSecond=0");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_hostile_token_is_refused_for_the_same_reason_over_HTTP_in_the_handshake_and_in_a_refresh()
    {
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        var wrong = new List<string>();
        foreach (var (name, token) in HostileTokens.All(TimeProvider.System.GetUtcNow()).Where(t => FitsIntoAHeader(t.Token)))
        {
            var (http, refresh) = (await HttpAsync(token), await RefreshAsync(client, token));
            using var handshake = await Upgrade.AnswerAsync(_gateway, "/ws", ("Authorization", "Bearer " + token));
            var reason = handshake.StatusCode == HttpStatusCode.Unauthorized ? (await handshake.BodyAsync()).GetProperty("message").GetString() : null;
            if (reason is null || http != (HttpStatusCode.Unauthorized, reason) || refresh != (403, reason))
                wrong.Add($"{name}: handshake {handshake.StatusCode} {reason}, HTTP {http}, refresh {refresh}");
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(_gateway.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("""{"alg":"HS256"}""")]
    [TestCase("""{"alg":"HS256","typ":"JWT","kid":"any","cty":"x"}""")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt"}""")]
    public async Task A_valid_token_is_accepted_on_all_three(string header)
    {
        var token = Tokens.Hs256WithHeader(header, Tokens.Claims("ann", ("scope", "publish:all")));
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + token);
        Assert.That((await RefreshAsync(client, token)).Code, Is.EqualTo(200));
        Assert.That((await HttpAsync(token)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static bool FitsIntoAHeader(string token) => token.Length is > 0 and < 16_000 && token.All(c => c is > ' ' and < '\x7f');

    private async Task<(HttpStatusCode Status, string? Reason)> HttpAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast") { Content = new StringContent("""{"title":"a","body":"b"}""", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await TestTimeout.For(_gateway.Http.SendAsync(request), "a response");
        var challenge = response.Headers.WwwAuthenticate.ToString();
        return (response.StatusCode, challenge.Contains('"', StringComparison.Ordinal) ? challenge.Split('"')[^2] : null);
    }

    private static async Task<(int Code, string? Reason)> RefreshAsync(Client client, string token)
    {
        var response = await client.AskAsync(JsonSerializer.Serialize(new { type = "refresh_token", content = token }));
        return response.Type() == "ack" ? (200, null) : (response.Content("code").GetInt32(), response.Content("message").GetString());
    }
}
