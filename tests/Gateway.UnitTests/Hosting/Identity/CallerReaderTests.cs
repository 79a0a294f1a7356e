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

    [TestCase(256, true)]
    [TestCase(257, false)]
    public void A_name_of_more_than_256_characters_is_replaced_by_the_id(int length, bool kept)
    {
        var name = new string('n', length);
        Assert.That(Caller($$"""{"sub":"a","username":"{{name}}","exp":$}""").UserName, Is.EqualTo(kept ? name : "a"));
    }

    [TestCase("""{"sub":"a","role":"admin","exp":$}""", true)]
    [TestCase("""{"sub":"a","roles":["user","operator"],"exp":$}""", true)]
    [TestCase("""{"sub":"a","role":["admin"],"exp":$}""", true)]
    [TestCase("""{"sub":"a","role":"Admin","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"user admin","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"admins","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"adm","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"superadmin","exp":$}""", false)]
    [TestCase("""{"sub":"a","role":"","exp":$}""", false)]
    [TestCase("""{"sub":"a","roles":["administrator","operators"],"exp":$}""", false)]
    [TestCase("""{"sub":"a","admin":true,"username":"admin","exp":$}""", false)]
    [TestCase("""{"sub":"a","roles":{"admin":true},"scope":"operator","exp":$}""", false)]
    public void An_operator_has_one_of_the_roles(string claims, bool expected) => Assert.That(Caller(claims).IsOperator, Is.EqualTo(expected));

    [Test]
    public void The_operator_roles_are_those_of_the_options_alone()
    {
        var validator = Validation.Hs256(o => o.OperatorRoles = ["root"]);
        Assert.That(validator.Check(Tokens.Hs256(Validation.Claims(("role", "root")))).Caller?.IsOperator, Is.True);
        foreach (var role in new[] { "admin", "operator", "Root", "roots" })
            Assert.That(validator.Check(Tokens.Hs256(Validation.Claims(("role", role)))).Caller?.IsOperator, Is.False, role);
        var none = Validation.Hs256(o => o.OperatorRoles = []);
        Assert.That(none.Check(Tokens.Hs256(Validation.Claims(("role", "admin")))).Caller?.IsOperator, Is.False);
    }

    [Test]
    public void Scopes_rooms_subscriptions_and_the_id_of_the_token_are_read_in_all_their_spellings()
    {
        var caller = Caller("""{"sub":"a","scope":"publish:all other","scp":["publish:room"],"rooms":["chat:*"],"subscribe":"chat:1","jti":"t-1","exp":$}""");
        Assert.That(caller.Scopes, Is.EqualTo(["publish:all", "other", "publish:room"]));
        Assert.That(caller.RoomPatterns.Select(p => p.Text), Is.EqualTo(["chat:*"]));
        Assert.That(caller.Subscribe, Is.EqualTo(["chat:1"]));
        Assert.That(caller.TokenIdHash, Is.EqualTo(Gateway.Hosting.Identity.Caller.HashOf("t-1")).And.Not.Zero);
        Assert.That(caller.ExpiresAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(Validation.Now + 60)));
    }

    [Test]
    public void A_token_that_expired_29_s_ago_or_begins_in_30_s_is_within_the_leeway()
    {
        Assert.That(Check(Validation.Claims(("exp", Validation.Now - 29))).Caller, Is.Not.Null);
        Assert.That(Check(Validation.Claims(("nbf", Validation.Now + 30))).Caller, Is.Not.Null);
        Assert.That(Check(Validation.Claims(("nbf", Validation.Now + 31))).Error, Is.EqualTo("the token is not valid yet"));
        Assert.That(Check(Validation.Claims(("exp", Validation.Now - 30))).Error, Is.EqualTo("the token has expired"));
        Assert.That(Validation.Hs256(s => s.Leeway = TimeSpan.Zero).Check(Tokens.Hs256(Validation.Claims(("exp", Validation.Now)))).Error, Is.EqualTo("the token has expired"));
    }

    [TestCase("\"gateway\"", true)]
    [TestCase("[\"other\",\"gateway\"]", true)]
    [TestCase("\"gatewa\"", false)]
    [TestCase("\"gateway2\"", false)]
    [TestCase("\"gateway/\"", false)]
    [TestCase("\"Gateway\"", false)]
    [TestCase("\"other gateway\"", false)]
    [TestCase("[\"other\"]", false)]
    [TestCase("[\"gate\",\"way\"]", false)]
    [TestCase("[]", false)]
    [TestCase("[[\"gateway\"]]", false)]
    [TestCase("{\"gateway\":1}", false)]
    [TestCase("\"\"", false)]
    [TestCase("null", false)]
    [TestCase("1", false)]
    public void An_audience_that_is_set_is_compared_exactly(string aud, bool accepted)
    {
        var claims = $$"""{"user_id":"ann","exp":{{Validation.Now + 60}},"aud":{{aud}}}""";
        var result = Validation.Hs256(o => o.Audience = "gateway").Check(Tokens.Hs256(claims));
        Assert.That(result.Caller is not null, Is.EqualTo(accepted));
    }

    [TestCase("https://id.example.com", true)]
    [TestCase("https://id.example.com/", false)]
    [TestCase("https://id.example.co", false)]
    [TestCase("HTTPS://id.example.com", false)]
    [TestCase(null, false)]
    public void An_issuer_that_is_set_is_compared_exactly(string? issuer, bool accepted) =>
        Assert.That(Validation.Hs256(o => o.Issuer = "https://id.example.com").Check(Tokens.Hs256(Validation.Claims(("iss", issuer)))).Error, accepted ? Is.Null : Is.EqualTo("the token is from another issuer"));

    [Test]
    public void Any_issuer_and_audience_are_accepted_where_none_is_set() =>
        Assert.That(Check(Validation.Claims(("iss", "x"), ("aud", "y"))).Caller, Is.Not.Null);

    private static Caller Caller(string claims)
    {
        var result = Check(claims.Replace("$", $"{Validation.Now + 60}", StringComparison.Ordinal));
        Assert.That(result.Error, Is.Null);
        return result.Caller!;
    }

    private static TokenResult Check(object claims) => Validation.Hs256().Check(Tokens.Hs256(claims));
}
