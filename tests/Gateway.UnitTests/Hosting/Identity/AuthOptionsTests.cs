using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Gateway.Hosting.Identity;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class AuthOptionsTests
{
    [Test]
    public void Two_kinds_of_keys_at_once_are_refused()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(Errors(new AuthOptions { Secret = Tokens.Secret, PublicKey = ec.ExportSubjectPublicKeyInfoPem() }), Does.Contain("one kind of key at a time"));
        Assert.That(Errors(new AuthOptions { Secret = Tokens.Secret, Authority = "https://id.example.com" }), Does.Contain("one kind of key at a time"));
    }

    [Test]
    public void A_secret_is_measured_in_bytes()
    {
        Assert.That(Errors(new AuthOptions { Secret = new string('x', 31) }), Does.Contain("at least 32 bytes; this one has 31"));
        Assert.That(Errors(new AuthOptions { Secret = new string('é', 16) }), Is.Empty);
    }

    [Test]
    public void A_public_key_that_does_not_serve_is_refused_with_the_reason()
    {
        using var small = RSA.Create(1024);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.That(Errors(new AuthOptions { PublicKey = small.ExportSubjectPublicKeyInfoPem() }), Does.Contain("at least 2048 bits; this one has 1024"));
        Assert.That(Errors(new AuthOptions { PublicKey = p384.ExportSubjectPublicKeyInfoPem() }), Does.Contain("P-256"));
        Assert.That(Errors(new AuthOptions { PublicKey = rsa.ExportPkcs8PrivateKeyPem() }), Does.Contain("this is a private key"));
        Assert.That(Errors(new AuthOptions { PublicKey = "/no/such/file.pem" }), Does.Contain("neither PEM text nor a file"));
        Assert.That(Errors(new AuthOptions { PublicKey = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" }), Does.Contain("is not a public key"));
    }

    [TestCase("RSA")]
    [TestCase("PKCS#1")]
    [TestCase("certificate")]
    [TestCase("escaped")]
    public void A_public_key_is_read_from_any_customary_PEM(string kind)
    {
        using var rsa = RSA.Create(2048);
        var pem = kind switch
        {
            "RSA" => rsa.ExportSubjectPublicKeyInfoPem(),
            "PKCS#1" => rsa.ExportRSAPublicKeyPem(),
            "escaped" => rsa.ExportSubjectPublicKeyInfoPem().Replace("\n", "\\n", StringComparison.Ordinal),
            _ => new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(Validation.Time.GetUtcNow(), Validation.Time.GetUtcNow().AddDays(1)).ExportCertificatePem(),
        };
        var settings = new AuthOptions { PublicKey = pem };
        Assert.That(Errors(settings), Is.Empty);
        Assert.That(Validation.With(settings).Check(Tokens.Rs256(Validation.Claims(), rsa)).Caller?.UserId, Is.EqualTo("ann"));
    }

    [TestCase("https://id.example.com", true)]
    [TestCase("http://127.0.0.1:9000", true)]
    [TestCase("http://id.example.com", false)]
    [TestCase("id.example.com", false)]
    public void An_authority_is_asked_over_TLS_only(string authority, bool good) =>
        Assert.That(Errors(new AuthOptions { Authority = authority }), good ? Is.Empty : Is.Not.Empty);

    [Test]
    public void An_API_key_needs_a_name_a_hash_and_known_scopes()
    {
        var errors = new ApiKeyOptions { Name = "a b", Hash = "secret", Scopes = ["publish:everything"] }.Validate(new ValidationContext(new object())).Select(f => f.ErrorMessage).ToList();
        Assert.That(errors, Has.Count.EqualTo(3));
        Assert.That(errors, Has.Some.Contain("\"publish:everything\" is none of publish:all"));
    }

    private static string Errors(AuthOptions settings) => string.Join('\n', settings.Validate(new ValidationContext(settings)).Select(f => f.ErrorMessage));
}
