using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class AuthorityTests
{
    private const string Address = "https://id.example.com";

    private readonly FakeTime _time = new();

    [Test]
    public async Task A_token_finds_its_key_by_kid_and_kind()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var validator = With(new FakeAuthority { Keys = { Key("r", rsa), Key("e", ec) } });
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "r")), Is.Null);
        Assert.That(await Check(validator, Tokens.Es256(Claims(), ec, "e")), Is.Null);
        Assert.That(await Check(validator, Tokens.Es256(Claims(), ec, "r")), Does.Contain("signature is invalid"));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "x")), Is.EqualTo("the token names an unknown key"));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa)), Is.EqualTo("the token names an unknown key"), "no kid with two keys to choose from");
    }

    [Test]
    public async Task A_new_key_is_fetched_for_the_first_token_that_names_it_and_unknown_names_ask_once_in_30_s()
    {
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        var authority = new FakeAuthority { Keys = { Key("1", first) } };
        var validator = With(authority);
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), first, "1")), Is.Null);
        authority.Keys.Add(Key("2", second));
        for (var i = 0; i < 100; i++) await Check(validator, Tokens.Rs256(Claims(), second, "made up " + i));
        Assert.That(authority.Fetches, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), second, "2")), Is.Null);
        Assert.That(authority.Fetches, Is.EqualTo(2));
    }

    [Test]
    public async Task While_the_authority_is_away_known_keys_serve_and_it_is_asked_again_after_2_s()
    {
        using var rsa = RSA.Create(2048);
        var authority = new FakeAuthority { Keys = { Key("1", rsa) }, Away = true };
        var validator = With(authority);
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "1")), Is.EqualTo("the token names an unknown key"));
        authority.Away = false;
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "1")), Is.Null);
        authority.Away = true;
        _time.Advance(TimeSpan.FromHours(2));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "1")), Is.Null);
    }

    [Test]
    public async Task The_issuer_of_the_authority_is_required_unless_another_one_is_set()
    {
        using var rsa = RSA.Create(2048);
        var authority = new FakeAuthority { Keys = { Key("1", rsa) } };
        var validator = With(authority);
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "1")), Is.Null);
        Assert.That(await Check(validator, Tokens.Rs256(Claims(Address + "/"), rsa, "1")), Is.EqualTo("the token is from another issuer"));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(issuer: null), rsa, "1")), Is.EqualTo("the token is from another issuer"));
        var other = With(authority, new AuthOptions { Issuer = "other" });
        Assert.That(await Check(other, Tokens.Rs256(Claims("other"), rsa, "1")), Is.Null);
        Assert.That(await Check(other, Tokens.Rs256(Claims(), rsa, "1")), Is.EqualTo("the token is from another issuer"));
    }

    [Test]
    public async Task A_key_is_used_with_one_algorithm_only()
    {
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var validator = With(new FakeAuthority { Keys = { Key("r", rsa), Key("pss", rsa, alg: "PS256"), Key("e", p384, "P-384") } });
        Assert.That(await Check(validator, Tokens.Sign("""{"alg":"PS256","kid":"r"}""", Claims(), input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))), Is.EqualTo("the token is not signed with RS256 or ES256"));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "pss")), Is.EqualTo("the token names an unknown key"));
        Assert.That(await Check(validator, Tokens.Es256(Claims(), p384, "e")), Is.EqualTo("the token names an unknown key"));
    }

    [Test]
    public async Task Keys_that_are_too_small_for_encryption_or_secret_are_left_out()
    {
        using var small = RSA.Create(1024);
        using var rsa = RSA.Create(2048);
        var authority = new FakeAuthority { Keys = { Key("small", small), Key("enc", rsa, use: "enc"), new { kty = "oct", kid = "oct", k = Base64Url.EncodeToString(new byte[32]) } } };
        var validator = With(authority);
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), small, "small")), Is.EqualTo("the token names an unknown key"));
        Assert.That(await Check(validator, Tokens.Rs256(Claims(), rsa, "enc")), Is.EqualTo("the token names an unknown key"));
        Assert.That(await Check(validator, Tokens.Sign("""{"alg":"HS256","kid":"oct"}""", Claims(), input => HMACSHA256.HashData(new byte[32], input))), Is.EqualTo("the token is not signed with RS256 or ES256"));
    }

    private Dictionary<string, object> Claims(string? issuer = Address) => Tokens.Claims("ann", ("exp", _time.GetUtcNow().AddDays(1).ToUnixTimeSeconds()), ("iss", issuer));

    private TokenValidator With(FakeAuthority authority, AuthOptions? options = null)
    {
        options ??= new AuthOptions();
        var keys = new Authority(Address, authority, _time, NullLogger<Authority>.Instance);
        return new TokenValidator(new TokenParameters(options, _time, keys), Options.Create(options));
    }

    private static async Task<string?> Check(TokenValidator validator, string token) => (await validator.ValidateAsync(token, CancellationToken.None)).Error;

    private static object Key(string kid, RSA key, string use = "sig", string? alg = null)
    {
        var p = key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", kid, use, alg, n = Base64Url.EncodeToString(p.Modulus), e = Base64Url.EncodeToString(p.Exponent) };
    }

    private static object Key(string kid, ECDsa key, string crv = "P-256")
    {
        var p = key.ExportParameters(includePrivateParameters: false);
        return new { kty = "EC", kid, crv, x = Base64Url.EncodeToString(p.Q.X), y = Base64Url.EncodeToString(p.Q.Y) };
    }

    private sealed class FakeAuthority : IDocumentRetriever
    {
        public List<object> Keys { get; } = [];

        public bool Away { get; set; }

        public int Fetches { get; private set; }

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            if (Away) throw new IOException("no route");
            if (address == "https://id.example.com/.well-known/openid-configuration")
                return Task.FromResult(JsonSerializer.Serialize(new { issuer = "https://id.example.com", jwks_uri = "https://id.example.com/keys" }));
            Fetches++;
            return Task.FromResult(JsonSerializer.Serialize(new { keys = Keys }));
        }
    }
}
