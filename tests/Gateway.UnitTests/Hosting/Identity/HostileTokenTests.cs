using System.Security.Cryptography;
using Gateway.Hosting.Identity;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

/// <summary>Tokens that some implementation has accepted. None may be accepted here, none may throw.</summary>
internal sealed class HostileTokenTests
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly string RsaPem = Rsa.ExportSubjectPublicKeyInfoPem();
    private static readonly string EcPem = Ec.ExportSubjectPublicKeyInfoPem();

    private static Dictionary<string, object> Valid => Validation.Claims();

    private static string Token => Tokens.Hs256(Valid);

    [TestCaseSource(nameof(ForSecret))]
    public void With_an_HS256_secret_it_is_refused(string token) => AssertRefused(Validation.Hs256(), token);

    [TestCaseSource(nameof(ForRsa))]
    public void With_an_RSA_key_it_is_refused(string token) => AssertRefused(Validation.With(new AuthOptions { PublicKey = RsaPem }), token);

    [TestCaseSource(nameof(ForEc))]
    public void With_an_EC_key_it_is_refused(string token) => AssertRefused(Validation.With(new AuthOptions { PublicKey = EcPem }), token);

    [Test]
    public void The_corpus_is_not_empty_and_a_token_with_nothing_wrong_is_accepted()
    {
        Assert.That(ForSecret().Count() + ForRsa().Count() + ForEc().Count(), Is.GreaterThanOrEqualTo(38));
        Assert.That(Validation.Hs256().Check(Token).Caller?.UserId, Is.EqualTo("ann"));
        Assert.That(Validation.With(new AuthOptions { PublicKey = RsaPem }).Check(Tokens.Rs256(Valid, Rsa)).Caller?.UserId, Is.EqualTo("ann"));
        Assert.That(Validation.With(new AuthOptions { PublicKey = EcPem }).Check(Tokens.Es256(Valid, Ec)).Caller?.UserId, Is.EqualTo("ann"));
    }

    private static IEnumerable<TestCaseData> ForSecret() => HostileTokens.All(Validation.Time.GetUtcNow()).Select(t => Case(t.Name, t.Token));

    private static IEnumerable<TestCaseData> ForRsa()
    {
        yield return Case("HS256 keyed with the public PEM", Tokens.Hs256(Valid, RsaPem));
        yield return Case("HS256 keyed with the PEM in one line", Tokens.Hs256(Valid, RsaPem.ReplaceLineEndings("\n").TrimEnd()));
        yield return Case("HS256 keyed with the DER", Tokens.Sign(Header, Valid, input => HMACSHA256.HashData(Rsa.ExportSubjectPublicKeyInfo(), input)));
        yield return Case("PS256", Tokens.Sign("""{"alg":"PS256"}""", Valid, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        yield return Case("RS256 with a PSS signature", Tokens.Sign("""{"alg":"RS256"}""", Valid, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        yield return Case("RS512", Tokens.Sign("""{"alg":"RS512"}""", Valid, input => Rsa.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
        yield return Case("RS256 of another key", Tokens.Rs256(Valid, RSA.Create(2048)));
        yield return Case("RS256 with an empty signature", Tokens.Sign("""{"alg":"RS256"}""", Valid, _ => []));
        yield return Case("RS256 with a signature of zeros", Tokens.Sign("""{"alg":"RS256"}""", Valid, _ => new byte[256]));
        yield return Case("none", Tokens.None(Valid));
    }

    private static IEnumerable<TestCaseData> ForEc()
    {
        yield return Case("ES256 with r = s = 0", Tokens.Sign("""{"alg":"ES256"}""", Valid, _ => new byte[64]));
        yield return Case("ES256 with a DER signature", Tokens.Sign("""{"alg":"ES256"}""", Valid, input => Ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        yield return Case("ES256 of another key", Tokens.Es256(Valid, ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        yield return Case("ES256 with a short signature", Tokens.Sign("""{"alg":"ES256"}""", Valid, _ => new byte[10]));
        yield return Case("HS256 keyed with the public PEM", Tokens.Hs256(Valid, EcPem));
    }

    private const string Header = """{"alg":"HS256"}""";

    private static void AssertRefused(TokenValidator validator, string token)
    {
        var result = validator.Check(token);
        Assert.That(result.Caller, Is.Null);
        Assert.That(result.Error, Is.Not.Empty.And.Not.Contain("\""), "the reason goes into a quoted header");
    }

    private static TestCaseData Case(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);
}
