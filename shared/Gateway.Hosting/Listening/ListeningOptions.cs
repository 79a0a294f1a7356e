using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Gateway.Hosting.Listening;

/// <summary>Section <c>Listen</c>.</summary>
public sealed class ListeningOptions : IValidatableObject
{
    /// <summary>TCP port; 0 takes a free one. Default: that of the service. Range 0–65535.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>IP address to listen on. Default: every address of the machine.</summary>
    public string? Address { get; set; }

    /// <summary>PEM file of a certificate (chain), for TLS without a proxy. Default: none.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file of its private key. Default: the certificate's file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Largest HTTP body taken, bytes; 0 = no limit. Default 10 MiB. Range 0–1 GiB.</summary>
    [Range(0, 1 << 30)]
    public long MaxBodyBytes { get; set; } = 10 << 20;

    /// <summary>How long a client may take for its request headers. Default 10 s. Range 1 s–10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !IPAddress.TryParse(Address, out _)) yield return new("is not an IP address (0.0.0.0 and :: are all)", [nameof(Address)]);
        if (Certificate is not null && ServerCertificate.Fault(Certificate, CertificateKey) is { } fault) yield return new(fault, [nameof(Certificate)]);
        if (CertificateKey is not null && Certificate is null) yield return new("a key needs its certificate beside it", [nameof(Certificate)]);
    }
}
