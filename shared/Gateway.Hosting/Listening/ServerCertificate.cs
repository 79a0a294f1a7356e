using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Hosting.Listening;

internal static class ServerCertificate
{
    /// <summary>The error in the files; null if they can be used.</summary>
    public static string? Error(string certificate, string? key)
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

    /// <summary>Sends the intermediate certificates of the same file too, because clients know only the root.</summary>
    public static HttpsConnectionAdapterOptions Read(string certificate, string? key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        return new HttpsConnectionAdapterOptions { ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key), ServerCertificateChain = chain };
    }
}
