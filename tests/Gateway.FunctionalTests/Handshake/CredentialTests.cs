using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>Where a client may put its token, and which one counts.</summary>
internal sealed class CredentialTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task The_subprotocol_with_the_token_is_never_selected()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws", options =>
        {
            options.AddSubProtocol("gateway.v1");
            options.AddSubProtocol("bearer." + Tokens.For("alice"));
        });

        Assert.That(client.Subprotocol, Is.EqualTo("gateway.v1"));
    }

    [Test]
    public async Task A_subprotocol_without_a_token_is_selected_too()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("alice"), options => options.AddSubProtocol("gateway.v1"));

        Assert.That(client.Subprotocol, Is.EqualTo("gateway.v1"));
    }

    [Test]
    public async Task Only_the_token_offered_as_a_subprotocol_is_400_and_the_response_does_not_repeat_it()
    {
        var token = Tokens.For("alice");

        using var response = await Upgrade.AnswerAsync(_gateway, "/ws", ("Sec-WebSocket-Protocol", "bearer." + token));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(response.Headers.ToString() + await response.Content.ReadAsStringAsync(), Does.Not.Contain(token).And.Not.Contain("bearer." + token[..8]));
    }

    [TestCase("token")]
    [TestCase("access_token")]
    public async Task A_token_may_stand_in_the_query(string name)
    {
        await using var client = await Client.OpenAsync(_gateway, $"/ws?{name}={Tokens.For("alice")}");

        Assert.That(client.Welcome.Type(), Is.EqualTo("welcome"));
    }

    [TestCase("alice", "bob", "carol", "dave", ExpectedResult = "alice")]
    [TestCase(null, "bob", "carol", "dave", ExpectedResult = "bob")]
    [TestCase(null, null, "carol", "dave", ExpectedResult = "carol")]
    [TestCase(null, null, null, "dave", ExpectedResult = "dave")]
    public async Task<string?> Header_comes_before_subprotocol_before_token_before_access_token(string? header, string? protocol, string? token, string? accessToken)
    {
        var query = "rooms=lobby" + (token is null ? "" : "&token=" + Tokens.For(token)) + (accessToken is null ? "" : "&access_token=" + Tokens.For(accessToken));
        await using var client = await Client.OpenAsync(_gateway, "/ws?" + query, options =>
        {
            if (header is not null) options.SetRequestHeader("Authorization", "Bearer " + Tokens.For(header));
            if (protocol is null) return;
            options.AddSubProtocol("gateway.v1");
            options.AddSubProtocol("bearer." + Tokens.For(protocol));
        });

        await client.SendAsync("""{"type":"room_message","room":"lobby","content":"who am I?"}""");

        return (await client.NextAsync("room_message")).GetProperty("from").GetString();
    }

    [Test]
    public async Task An_invalid_token_is_refused_even_if_a_valid_one_follows()
    {
        Assert.That(
            await Upgrade.StatusAsync(_gateway, "/ws?token=" + Tokens.For("alice"), ("Authorization", "Bearer not-a-token")),
            Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(
            await Upgrade.StatusAsync(_gateway, "/ws?token=not-a-token&access_token=" + Tokens.For("alice")),
            Is.EqualTo(HttpStatusCode.Unauthorized));
    }
}
