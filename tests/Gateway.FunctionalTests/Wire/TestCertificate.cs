using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.FunctionalTests.Wire;

/// <summary>A self-signed certificate in PEM files that exist as long as this object.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gateway-tls-");

    public TestCertificate()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Certificate, signed.ExportCertificatePem());
        File.WriteAllText(Key, own.ExportPkcs8PrivateKeyPem());
    }

    public string Certificate => Path.Combine(_directory.FullName, "tls.crt");

    public string Key => Path.Combine(_directory.FullName, "tls.key");

    /// <summary>As a command line's settings.</summary>
    public string[] Settings => [$"--Listen:Certificate={Certificate}", $"--Listen:CertificateKey={Key}"];

    public void Dispose() => _directory.Delete(recursive: true);
}
