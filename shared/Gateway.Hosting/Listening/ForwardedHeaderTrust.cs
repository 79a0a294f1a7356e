using System.ComponentModel.DataAnnotations;
using System.Net;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Listening;

/// <summary>A client's address is that of the socket, unless a known proxy sent X-Forwarded-For.</summary>
internal static class ForwardedHeaderTrust
{
    public static void AddForwardedHeaderTrust(this IServiceCollection services)
    {
        services.AddValidatedOptions<ProxyOptions>("Proxy");
        services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ProxyOptions>>((options, proxy) => Configure(options, proxy.Value.Known));
    }

    public static void UseForwardedHeaderTrust(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value.Known.Count > 0) app.UseForwardedHeaders();
    }

    private static void Configure(ForwardedHeadersOptions options, IReadOnlyList<string> known)
    {
        options.ForwardedHeaders = known.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        // Goes back over any number of known proxies and stops at the first other address.
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in known)
        {
            if (IPAddress.TryParse(entry, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(entry));
        }
    }
}

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
            if (!IPAddress.TryParse(entry, out _) && !System.Net.IPNetwork.TryParse(entry, out _))
                yield return new($"\"{entry}\" is neither an address (10.0.0.7) nor a network (10.0.0.0/8)", [nameof(Known)]);
        }
    }
}
