using System.Text.Json.Nodes;
using Gateway.Bus;
using Gateway.FunctionalTests.Handshake;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

/// <summary>Orders that arrive between the check of a token and the moment in which a connection has it.</summary>
internal sealed class OrderRaceTests
{
    private const string TokenId = "t-1";

    private SlowTokens _tokens = null!;
    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start() => _gateway = await (_tokens = new SlowTokens()).GatewayAsync();

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_handshake_whose_token_is_revoked_after_its_check_is_closed_with_4403()
    {
        _tokens.TokenIdHash = Caller.HashOf(TokenId);
        _tokens.Hold();
        var arriving = Client.ConnectAsync(_gateway, "late");
        await TestTimeout.For(_tokens.Reached, "the handshake to reach its token");

        await RevokeAsync();
        _tokens.Release();

        await using var late = await arriving;
        Assert.That((await TestTimeout.For(late.Closed, "the close")).Code, Is.EqualTo(4403));
    }

    [Test]
    public async Task A_refresh_with_a_token_that_is_revoked_after_its_check_closes_the_connection_with_4403()
    {
        await using var client = await Client.ConnectAsync(_gateway, "early");
        _tokens.TokenIdHash = Caller.HashOf(TokenId);
        _tokens.Hold();
        await client.SendAsync("""{"type":"refresh_token","content":"any"}""");
        await TestTimeout.For(_tokens.Reached, "the command to reach its token");

        await RevokeAsync();
        Assert.That(client.Closed.IsCompleted, Is.False, "its present token is valid");
        _tokens.Release();

        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(4403));
    }

    [Test]
    public async Task A_handshake_that_completes_after_the_order_to_stop_is_closed_with_1001()
    {
        await using var staying = await Client.ConnectAsync(_gateway, "staying");
        _tokens.Hold();
        var arriving = Client.ConnectAsync(_gateway, "late");
        await TestTimeout.For(_tokens.Reached, "the handshake to reach its token");

        await _gateway.Services.GetRequiredService<IControlChannel>().SendAsync("stop", new JsonObject(), CancellationToken.None);
        await TestTimeout.For(staying.Closed, "the connections that are there to be closed");
        _tokens.Release();

        await using var late = await arriving;
        Assert.That((await TestTimeout.For(late.Closed, "the close")).Code, Is.EqualTo(1001));
    }

    private async Task RevokeAsync()
    {
        await _gateway.Services.GetRequiredService<RevocationStore>().RevokeTokenAsync(TokenId, CancellationToken.None);
        var caller = new Caller { UserId = "anybody", UserName = "anybody", ExpiresAt = DateTimeOffset.MaxValue, TokenIdHash = Caller.HashOf(TokenId) };
        await TestTimeout.Until(() => _gateway.Services.GetRequiredService<Revocations>().IsRevoked(caller), "the order to be carried out");
    }
}
