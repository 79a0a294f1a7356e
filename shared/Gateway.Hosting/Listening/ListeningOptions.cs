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

    /// <summary>The largest HTTP request body in bytes; 0 = no limit. Default 10 MiB. Range 0–1 GiB.</summary>
    [Range(0, 1 << 30)]
    public long MaxBodyBytes { get; set; } = 10 << 20;

    /// <summary>Longest time from the first byte of a request to the end of its headers; 0 = no limit. Default 10 s. Range 0–10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an HTTP connection may be idle, before its first request too; 0 = no limit. WebSockets have their own heartbeat. A proxy that keeps
    /// connections open must close idle ones sooner, or this must be raised above its limit, else requests meet a connection that is just being closed.
    /// Default 10 s. Range 0–10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// TCP connections that are no WebSockets (yet): in a request, idle or silent. Further ones are reset; 0 = no limit. Linux only.
    /// <c>Limits:MaxConnections</c> limits WebSockets. Default 10,000. Range 0–1,000,000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxHttpConnections { get; set; } = 10_000;

    /// <summary>
    /// File descriptors that TCP connections, WebSockets included, leave free for Redis, certificates and other files: connections beyond the process's
    /// descriptor limit (<c>ulimit -n</c>) less this number are reset, since a process without free descriptors aborts; 0 = off. Linux only.
    /// Default 100. Range 0–100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int ReservedDescriptors { get; set; } = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !IPAddress.TryParse(Address, out _)) yield return new("is not an IP address (0.0.0.0 and :: are all)", [nameof(Address)]);
        if (Certificate is not null && ServerCertificate.Error(Certificate, CertificateKey) is { } error) yield return new(error, [nameof(Certificate)]);
        if (CertificateKey is not null && Certificate is null) yield return new("is required if CertificateKey is set", [nameof(Certificate)]);
    }
}
