using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>Keys that tokens may be signed with. Each is used with one algorithm: HS256, RS256 or ES256.</summary>
internal static class SigningKeys
{
    private const int MinRsaBits = 2048;

    /// <summary>The error of an <c>Auth:PublicKey</c>, null when it can be used.</summary>
    public static string? PemError(string setting)
    {
        try
        {
            FromPem(setting);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "is not a public key: " + e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return "is neither PEM text nor a file that can be read: " + e.Message;
        }
    }

    public static SecurityKey FromSecret(string secret) => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));

    /// <summary>Reads PEM text, PEM text with <c>\n</c> written as two characters (as env files need it), or a PEM file.</summary>
    public static SecurityKey FromPem(string setting)
    {
        var pem = setting.Contains("-----BEGIN", StringComparison.Ordinal) ? setting.Replace("\\n", "\n", StringComparison.Ordinal) : File.ReadAllText(setting);
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) throw new CryptographicException("this is a private key; a service that only checks tokens must not have it");
        if (pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)) return FromCertificate(pem);
        try
        {
            return Import(RSA.Create(), pem);
        }
        catch (CryptographicException e) when (e is not WeakKeyException)
        {
            return Import(ECDsa.Create(), pem);
        }
    }

    /// <summary>Null for a key that is not meant for RS256 or ES256 signatures. Throws for one that is, but cannot be used.</summary>
    public static SecurityKey? FromAuthority(JsonWebKey key)
    {
        if (key.Use is not (null or "" or "sig")) return null;
        SecurityKey? usable = (key.Kty, key.Alg) switch
        {
            ("RSA", null or "" or SecurityAlgorithms.RsaSha256) => Use(RSA.Create(new RSAParameters
            {
                Modulus = Base64UrlEncoder.DecodeBytes(key.N),
                Exponent = Base64UrlEncoder.DecodeBytes(key.E),
            })),
            ("EC", null or "" or SecurityAlgorithms.EcdsaSha256) when key.Crv == "P-256" => Use(ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
            })),
            _ => null,
        };
        if (usable is not null) usable.KeyId = key.Kid;
        return usable;
    }

    public static string AlgorithmOf(SecurityKey key) => key switch
    {
        SymmetricSecurityKey => SecurityAlgorithms.HmacSha256,
        RsaSecurityKey => SecurityAlgorithms.RsaSha256,
        _ => SecurityAlgorithms.EcdsaSha256,
    };

    private static SecurityKey FromCertificate(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return certificate.GetRSAPublicKey() is { } rsa ? Use(rsa)
            : certificate.GetECDsaPublicKey() is { } ec ? Use(ec)
            : throw new CryptographicException("the certificate's key is neither RSA nor EC");
    }

    private static SecurityKey Import<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        key.ImportFromPem(pem);
        return key is RSA rsa ? Use(rsa) : Use((ECDsa)(object)key);
    }

    private static RsaSecurityKey Use(RSA rsa) => rsa.KeySize >= MinRsaBits
        ? new(rsa)
        : throw new WeakKeyException($"an RSA key needs at least {MinRsaBits} bits; this one has {rsa.KeySize}");

    private static ECDsaSecurityKey Use(ECDsa ec) => ec.KeySize == 256
        ? new(ec)
        : throw new WeakKeyException($"ES256 needs a key on the curve P-256; this one has {ec.KeySize} bits");

    private sealed class WeakKeyException(string message) : CryptographicException(message);
}
