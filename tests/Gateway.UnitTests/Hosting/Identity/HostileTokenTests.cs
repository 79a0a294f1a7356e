using System.Security.Cryptography;
using System.Text;
using Gateway.Hosting.Identity;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

/// <summary>Everything known to have opened a door somewhere. None may be taken, none may throw.</summary>
internal sealed class HostileTokenTests
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly string RsaPem = Rsa.ExportSubjectPublicKeyInfoPem();
    private static readonly string EcPem = Ec.ExportSubjectPublicKeyInfoPem();

    private static Dictionary<string, object> Good => Validation.Claims();

    private static string Token => Tokens.Hs256(Good);

    [TestCaseSource(nameof(ForSecret))]
    public void With_an_HS256_secret_it_is_refused(string token) => AssertRefused(Validation.Hs256(), token);

    [TestCaseSource(nameof(ForRsa))]
    public void With_an_RSA_key_it_is_refused(string token) => AssertRefused(Validation.With(new AuthOptions { PublicKey = RsaPem }), token);

    [TestCaseSource(nameof(ForEc))]
    public void With_an_EC_key_it_is_refused(string token) => AssertRefused(Validation.With(new AuthOptions { PublicKey = EcPem }), token);

    [Test]
    public void The_corpus_is_not_empty_and_its_good_siblings_pass()
    {
        Assert.That(ForSecret().Count() + ForRsa().Count() + ForEc().Count(), Is.GreaterThanOrEqualTo(38));
        Assert.That(Validation.Hs256().Check(Token).Caller?.UserId, Is.EqualTo("ann"));
        Assert.That(Validation.With(new AuthOptions { PublicKey = RsaPem }).Check(Tokens.Rs256(Good, Rsa)).Caller?.UserId, Is.EqualTo("ann"));
        Assert.That(Validation.With(new AuthOptions { PublicKey = EcPem }).Check(Tokens.Es256(Good, Ec)).Caller?.UserId, Is.EqualTo("ann"));
    }

    private static IEnumerable<TestCaseData> ForSecret()
    {
        yield return Case("empty", "");
        yield return Case("only dots", "..");
        yield return Case("one part", "abc");
        yield return Case("no signature", Token[..Token.LastIndexOf('.')]);
        yield return Case("empty signature", Token[..(Token.LastIndexOf('.') + 1)]);
        yield return Case("four parts", Token + ".x");
        yield return Case("five parts, encrypted", Parts("""{"alg":"dir","enc":"A256GCM"}""") + "..AAAA.AAAA.AAAA");
        yield return Case("alg none", Tokens.None(Good));
        yield return Case("alg None with a signature", Signed("""{"alg":"None"}"""));
        yield return Case("no alg", Signed("""{"typ":"JWT"}"""));
        yield return Case("alg null", Signed("""{"alg":null}"""));
        yield return Case("alg a list", Signed("""{"alg":["HS256"]}"""));
        yield return Case("alg in lower case", Signed("""{"alg":"hs256"}"""));
        yield return Case("alg twice", Signed("""{"alg":"none","alg":"HS256"}"""));
        yield return Case("alg twice by an escape", Signed("""{"alg":"HS256","\u0061lg":"none"}"""));
        yield return Case("HS384 with the same key", Tokens.Sign("""{"alg":"HS384"}""", Good, input => HMACSHA384.HashData(Secret, input)));
        yield return Case("HS512 with the same key", Tokens.Sign("""{"alg":"HS512"}""", Good, input => HMACSHA512.HashData(Secret, input)));
        yield return Case("RS256", Tokens.Rs256(Good, Rsa));
        yield return Case("signature cut to 16 bytes", Tokens.Sign(Header, Good, input => HMACSHA256.HashData(Secret, input)[..16]));
        yield return Case("signature with a byte more", Tokens.Sign(Header, Good, input => [.. HMACSHA256.HashData(Secret, input), 0]));
        yield return Case("another secret", Tokens.Hs256(Good, "another-secret-of-somebody-else-entirely"));
        yield return Case("empty secret", Tokens.Hs256(Good, ""));
        yield return Case("claims changed under the signature", Changed());
        yield return Case("crit", Signed("""{"alg":"HS256","crit":["exp"],"exp":1}"""));
        yield return Case("crit with b64 false", Signed("""{"alg":"HS256","b64":false,"crit":["b64"]}"""));
        yield return Case("b64 false alone", Signed("""{"alg":"HS256","b64":false}"""));
        yield return Case("jwk", Signed("""{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"""));
        yield return Case("jku", Signed("""{"alg":"HS256","jku":"https://evil.example/keys"}"""));
        yield return Case("x5u", Signed("""{"alg":"HS256","x5u":"https://evil.example/cert"}"""));
        yield return Case("x5c", Signed("""{"alg":"HS256","x5c":["MIIB"]}"""));
        yield return Case("kid a number", Signed("""{"alg":"HS256","kid":7}"""));
        yield return Case("compressed", Signed("""{"alg":"HS256","zip":"DEF"}"""));
        yield return Case("header a list", Signed("""["HS256"]"""));
        yield return Case("header with a comment", Signed("""{"alg":"HS256"/**/}"""));
        yield return Case("header with a comma too many", Signed("""{"alg":"HS256",}"""));
        yield return Case("claims a text", Tokens.Hs256("\"ann\""));
        yield return Case("claims no JSON", Tokens.Hs256("{user_id:ann}"));
        yield return Case("claims not UTF-8", Tokens.Hs256(Encoding.UTF8.GetString([0x7b, 0xff, 0x7d])));
        yield return Case("claims 10,000 deep", Tokens.Hs256(new string('[', 3000) + new string(']', 3000)));
        yield return Case("claims deep inside a name", Tokens.Hs256($$"""{"user_id":"ann","exp":{{Validation.Now + 60}},"x":{{new string('[', 40)}}{{new string(']', 40)}}}"""));
        yield return Case("user twice", Tokens.Hs256($$"""{"user_id":"ann","user_id":"root","exp":{{Validation.Now + 60}}}"""));
        yield return Case("300 KB", Tokens.Hs256(Validation.Claims(("pad", new string('x', 300_000)))));
        yield return Case("just over 8 KB", Tokens.Hs256(Validation.Claims(("pad", new string('x', 6_200)))));
        yield return Case("padding at the end", Token + "=");
        yield return Case("blank at the end", Token + " ");
        yield return Case("blank inside", Token.Insert(Token.Length - 5, "\n"));
        yield return Case("stray bits in the last character", Token[..^1] + Stray(Token[^1]));
        yield return Case("plain base64 alphabet", Token.Replace('-', '+').Replace('_', '/') + "+");
        yield return Case("not ASCII", Token + "é");
        yield return Case("NUL at the end", Token + "\0");
        yield return Case("no exp", Tokens.Hs256(Validation.Claims(("exp", null))));
        yield return Case("exp a text", Tokens.Hs256(Validation.Claims(("exp", "99999999999"))));
        yield return Case("exp null", Tokens.Hs256($$"""{"user_id":"ann","exp":null}"""));
        yield return Case("exp 1e999", Tokens.Hs256("""{"user_id":"ann","exp":1e999}"""));
        yield return Case("exp negative", Tokens.Hs256(Validation.Claims(("exp", -1))));
        yield return Case("exp in milliseconds", Tokens.Hs256(Validation.Claims(("exp", 1e15))));
        yield return Case("expired 31 s ago", Tokens.Hs256(Validation.Claims(("exp", Validation.Now - 31))));
        yield return Case("not before in 31 s", Tokens.Hs256(Validation.Claims(("nbf", Validation.Now + 31))));
        yield return Case("nbf a text", Tokens.Hs256(Validation.Claims(("nbf", "0"))));
        yield return Case("no user", Tokens.Hs256(Validation.Claims(("user_id", null))));
        yield return Case("user an object", Tokens.Hs256(Validation.Claims(("user_id", new { id = "ann" }))));
        yield return Case("user an object and another claim behind it", Tokens.Hs256(Validation.Claims(("user_id", new[] { "a" }), ("sub", "ann"))));
        yield return Case("user with a line break", Tokens.Hs256(Validation.Claims(("user_id", "a\nb"))));
        yield return Case("user of 257 characters", Tokens.Hs256(Validation.Claims(("user_id", new string('a', 257)))));
        yield return Case("user half a surrogate pair", Tokens.Hs256($$"""{"user_id":"\ud800","exp":{{Validation.Now + 60}}}"""));
        yield return Case("user 1.5", Tokens.Hs256(Validation.Claims(("user_id", 1.5))));
    }

    private static IEnumerable<TestCaseData> ForRsa()
    {
        yield return Case("HS256 keyed with the public PEM", Tokens.Hs256(Good, RsaPem));
        yield return Case("HS256 keyed with the PEM in one line", Tokens.Hs256(Good, RsaPem.ReplaceLineEndings("\n").TrimEnd()));
        yield return Case("HS256 keyed with the DER", Tokens.Sign(Header, Good, input => HMACSHA256.HashData(Rsa.ExportSubjectPublicKeyInfo(), input)));
        yield return Case("PS256", Tokens.Sign("""{"alg":"PS256"}""", Good, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        yield return Case("RS256 with a PSS signature", Tokens.Sign("""{"alg":"RS256"}""", Good, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        yield return Case("RS512", Tokens.Sign("""{"alg":"RS512"}""", Good, input => Rsa.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
        yield return Case("RS256 of another key", Tokens.Rs256(Good, RSA.Create(2048)));
        yield return Case("RS256 with an empty signature", Tokens.Sign("""{"alg":"RS256"}""", Good, _ => []));
        yield return Case("RS256 with a signature of zeros", Tokens.Sign("""{"alg":"RS256"}""", Good, _ => new byte[256]));
        yield return Case("none", Tokens.None(Good));
    }

    private static IEnumerable<TestCaseData> ForEc()
    {
        yield return Case("ES256 with r = s = 0", Tokens.Sign("""{"alg":"ES256"}""", Good, _ => new byte[64]));
        yield return Case("ES256 with a DER signature", Tokens.Sign("""{"alg":"ES256"}""", Good, input => Ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        yield return Case("ES256 of another key", Tokens.Es256(Good, ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        yield return Case("ES256 with a short signature", Tokens.Sign("""{"alg":"ES256"}""", Good, _ => new byte[10]));
        yield return Case("HS256 keyed with the public PEM", Tokens.Hs256(Good, EcPem));
    }

    private const string Header = """{"alg":"HS256"}""";

    private static byte[] Secret => Encoding.UTF8.GetBytes(Tokens.Secret);

    private static void AssertRefused(TokenValidator validator, string token)
    {
        var result = validator.Check(token);
        Assert.That(result.Caller, Is.Null);
        Assert.That(result.Error, Is.Not.Empty.And.Not.Contain("\""), "the reason goes into a quoted header");
    }

    private static TestCaseData Case(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);

    private static string Signed(string header) => Tokens.Sign(header, Good, input => HMACSHA256.HashData(Secret, input));

    private static string Parts(string header) => Convert.ToBase64String(Encoding.UTF8.GetBytes(header)).TrimEnd('=');

    private static string Changed()
    {
        var (mine, other) = (Token.Split('.'), Tokens.Hs256(Validation.Claims(("user_id", "root")), "x").Split('.'));
        return $"{mine[0]}.{other[1]}.{mine[2]}";
    }

    /// <summary>A character whose unused low bits are set: it decodes to the same bytes in a reader that is not strict.</summary>
    private static char Stray(char last)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet[alphabet.IndexOf(last, StringComparison.Ordinal) | 1];
    }
}
