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
        var key = pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal) ? FromCertificate(pem) : FromPublicKey(pem);
        if (IsAllowed(key)) return key;
        throw new CryptographicException(key is RsaSecurityKey
            ? $"an RSA key needs at least {MinRsaBits} bits; this one has {key.KeySize}"
            : $"ES256 needs a key on the curve P-256; this one has {key.KeySize} bits");
    }

    public static bool IsAllowed(SecurityKey key) => key is RsaSecurityKey { KeySize: >= MinRsaBits } or ECDsaSecurityKey { KeySize: 256 };

    public static string AlgorithmOf(SecurityKey key) => key switch
    {
        SymmetricSecurityKey => SecurityAlgorithms.HmacSha256,
        RsaSecurityKey => SecurityAlgorithms.RsaSha256,
        _ => SecurityAlgorithms.EcdsaSha256,
    };

    private static SecurityKey FromCertificate(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return certificate.GetRSAPublicKey() is { } rsa ? new RsaSecurityKey(rsa)
            : certificate.GetECDsaPublicKey() is { } ec ? new ECDsaSecurityKey(ec)
            : throw new CryptographicException("the certificate's key is neither RSA nor EC");
    }

    private static SecurityKey FromPublicKey(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (CryptographicException)
        {
            var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return new ECDsaSecurityKey(ec);
        }
    }
}
