using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Hosting.Identity;

/// <summary>Reads <c>Auth:PublicKey</c>: PEM text, PEM text with <c>\n</c> written out (as env files need it), or a PEM file.</summary>
internal static class PemKey
{
    public static string? Error(string setting)
    {
        try
        {
            Read(setting);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return e is CryptographicException or ArgumentException ? "is not a public key: " + e.Message : "is neither PEM text nor a file that can be read: " + e.Message;
        }
    }

    /// <summary>The key with the one algorithm it stands for.</summary>
    public static SigningKey Read(string setting)
    {
        var pem = setting.Contains("-----BEGIN", StringComparison.Ordinal) ? setting.Replace("\\n", "\n", StringComparison.Ordinal) : File.ReadAllText(setting);
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) throw new CryptographicException("a private key stands here; who only checks tokens must not have it");
        if (pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)) return FromCertificate(pem);
        return TryRsa(pem) ?? Ec(pem);
    }

    private static SigningKey FromCertificate(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return certificate.GetRSAPublicKey() is { } rsa ? SigningKey.Rsa(rsa)
            : certificate.GetECDsaPublicKey() is { } ec ? SigningKey.Ec(ec)
            : throw new CryptographicException("the certificate's key is neither RSA nor EC");
    }

    private static SigningKey? TryRsa(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            return null;
        }

        return SigningKey.Rsa(rsa);
    }

    private static SigningKey Ec(string pem)
    {
        var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return SigningKey.Ec(ec);
    }
}
