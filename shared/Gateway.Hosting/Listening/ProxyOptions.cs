using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Gateway.Hosting.Listening;

/// <summary>Section <c>Proxy</c>.</summary>
public sealed class ProxyOptions : IValidatableObject
{
    /// <summary>
    /// Addresses (<c>10.0.0.7</c>) and networks (<c>10.0.0.0/8</c>) of proxies whose X-Forwarded-For, -Proto and -Host headers are used.
    /// Default: none, the headers are ignored.
    /// </summary>
    public IReadOnlyList<string> Known { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var entry in Known)
        {
            if (!IPAddress.TryParse(entry, out _) && !IPNetwork.TryParse(entry, out _))
                yield return new($"\"{entry}\" is neither an address (10.0.0.7) nor a network (10.0.0.0/8)", [nameof(Known)]);
        }
    }
}
