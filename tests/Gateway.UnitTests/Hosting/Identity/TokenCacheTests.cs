using Gateway.Hosting.Identity;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class TokenCacheTests
{
    private readonly FakeTime _time = new();

    [Test]
    public async Task A_token_seen_before_is_the_same_caller_until_it_expires_and_no_longer()
    {
        var tokens = With(new AuthOptions { Secret = Tokens.Secret });
        var token = Tokens.Hs256(Tokens.Claims("ann", ("exp", _time.GetUtcNow().ToUnixTimeSeconds() + 60)));
        var first = await tokens.ValidateAsync(token, CancellationToken.None);
        Assert.That((await tokens.ValidateAsync(token, CancellationToken.None)).Caller, Is.SameAs(first.Caller));
        _time.Advance(TimeSpan.FromSeconds(91));
        Assert.That((await tokens.ValidateAsync(token, CancellationToken.None)).Error, Is.EqualTo("the token has expired"));
    }

    [Test]
    public async Task A_token_is_checked_anew_where_it_is_not_to_be_remembered_and_where_an_authority_may_withdraw_its_key()
    {
        var token = Tokens.Hs256(Tokens.Claims("ann", ("exp", _time.GetUtcNow().ToUnixTimeSeconds() + 60)));
        foreach (var options in new AuthOptions[] { new() { Secret = Tokens.Secret, RememberedTokens = 0 }, new() { Secret = Tokens.Secret, Authority = "https://id.example.com" } })
        {
            var tokens = With(options);
            var first = await tokens.ValidateAsync(token, CancellationToken.None);
            Assert.That((await tokens.ValidateAsync(token, CancellationToken.None)).Caller, Is.Not.Null.And.Not.SameAs(first.Caller));
        }
    }

    private TokenCache With(AuthOptions options) =>
        new(new TokenValidator(new TokenParameters(options, _time, authority: null), Options.Create(options)), Options.Create(options), _time);
}
