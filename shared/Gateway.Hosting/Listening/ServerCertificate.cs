using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Hosting.Listening;

internal static class ServerCertificate
{
    /// <summary>What is wrong with the files; null when they serve.</summary>
    public static string? Fault(string certificate, string? key)
    {
        try
        {
            using var read = X509Certificate2.CreateFromPemFile(certificate, key);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return "cannot be used: " + e.Message;
        }
    }

    /// <summary>With the issuers that stand in the same file, since clients know only the root.</summary>
    public static HttpsConnectionAdapterOptions Read(string certificate, string? key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        return new HttpsConnectionAdapterOptions { ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key), ServerCertificateChain = chain };
    }
}
