using Gateway.Hosting.Identity;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class CallerReaderTests
{
    [TestCase("""{"user_id":"a","userId":"b","sub":"c","uuid":"d","id":"e","exp":$}""", "a")]
    [TestCase("""{"userId":"b","sub":"c","exp":$}""", "b")]
    [TestCase("""{"id":"e","uuid":"d","sub":"c","exp":$}""", "c")]
    [TestCase("""{"id":"e","uuid":"d","exp":$}""", "d")]
    [TestCase("""{"id":42,"exp":$}""", "42")]
    [TestCase("""{"user_id":"","userId":null,"sub":"auth0|5f","exp":$}""", "auth0|5f")]
    [TestCase("""{"sub":"jörg@example.com","exp":$}""", "jörg@example.com")]
    public void The_user_is_the_first_of_five_claims(string claims, string expected) => Assert.That(Caller(claims).UserId, Is.EqualTo(expected));

    [TestCase("""{"sub":"a","username":"Ann","name":"Ann B","exp":$}""", "Ann")]
    [TestCase("""{"sub":"a","name":"Ann B","exp":$}""", "Ann B")]
    [TestCase("""{"sub":"a","username":"An\nn","exp":$}""", "a")]
    [TestCase("""{"sub":"a","exp":$}""", "a")]
    public void The_name_is_username_or_name_or_the_id(string claims, string expected) => Assert.That(Caller(claims).UserName, Is.EqualTo(expected));

    [TestCase("""{"sub":"a","role":"admin","exp":$}""", true)]
    [TestCase("""{"sub":"a","roles":["user","operator"],"exp":$}""", true)]
    [TestCase("""{"sub":"a","role":["admin"],"exp":$}""", true)]
    [TestCase("""{"sub":"a","role":"Admin","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"user admin","exp":$}""", false)]
    [TestCase("""{"sub":"a","roles":{"admin":true},"scope":"operator","exp":$}""", false)]
    public void An_operator_has_one_of_the_roles(string claims, bool expected) => Assert.That(Caller(claims).IsOperator, Is.EqualTo(expected));

    [Test]
    public void Scopes_rooms_subscriptions_and_the_id_of_the_token_are_read_in_all_their_spellings()
    {
        var caller = Caller("""{"sub":"a","scope":"publish:all other","scp":["publish:room"],"rooms":["chat:*"],"subscribe":"chat:1","jti":"t-1","exp":$}""");
        Assert.That(caller.Scopes, Is.EqualTo(["publish:all", "other", "publish:room"]));
        Assert.That(caller.RoomPatterns.Select(p => p.Text), Is.EqualTo(["chat:*"]));
        Assert.That(caller.Subscribe, Is.EqualTo(["chat:1"]));
        Assert.That(caller.TokenId, Is.EqualTo("t-1"));
        Assert.That(caller.ExpiresAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(Validation.Now + 60)));
    }

    [Test]
    public void A_token_that_expired_29_s_ago_or_begins_in_30_s_is_within_the_leeway()
    {
        Assert.That(Check(Validation.Claims(("exp", Validation.Now - 29))).Caller, Is.Not.Null);
        Assert.That(Check(Validation.Claims(("nbf", Validation.Now + 30))).Caller, Is.Not.Null);
        Assert.That(Validation.Hs256(s => s.Leeway = TimeSpan.Zero).Check(Tokens.Hs256(Validation.Claims(("exp", Validation.Now)))).Error, Is.EqualTo("the token has expired"));
    }

    [Test]
    public void Issuer_and_audience_count_only_where_they_are_set()
    {
        var strict = Validation.Hs256(s => (s.Issuer, s.Audience) = ("https://id.example.com", "gateway"));
        Assert.That(strict.Check(Tokens.Hs256(Validation.Claims(("iss", "https://id.example.com"), ("aud", new[] { "other", "gateway" })))).Caller, Is.Not.Null);
        Assert.That(strict.Check(Tokens.Hs256(Validation.Claims(("iss", "https://id.example.com/"), ("aud", "gateway")))).Error, Does.Contain("issuer"));
        Assert.That(strict.Check(Tokens.Hs256(Validation.Claims(("iss", "https://id.example.com"), ("aud", "gatewa")))).Error, Does.Contain("audience"));
        Assert.That(strict.Check(Tokens.Hs256(Validation.Claims())).Error, Does.Contain("issuer"));
        Assert.That(Check(Validation.Claims(("iss", "x"), ("aud", "y"))).Caller, Is.Not.Null);
    }

    private static Caller Caller(string claims)
    {
        var result = Check(claims.Replace("$", $"{Validation.Now + 60}", StringComparison.Ordinal));
        Assert.That(result.Error, Is.Null);
        return result.Caller!;
    }

    private static TokenResult Check(object claims) => Validation.Hs256().Check(Tokens.Hs256(claims));
}
