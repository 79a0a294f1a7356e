using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Gateway.Hosting.Origins;

/// <summary>Decides which pages may use this service: one list for WebSockets, streams and CORS, compared exactly.</summary>
public sealed class OriginPolicy(IOptions<OriginOptions> settings)
{
    private readonly FrozenSet<string> _allowed = settings.Value.Allowed
        .Where(o => o != Origin.Any).Select(o => Origin.Normalize(new Uri(o))).ToFrozenSet(StringComparer.Ordinal);

    private readonly bool _allowMissing = settings.Value.AllowMissing;

    /// <summary>True if the list contains <c>*</c>.</summary>
    public bool AllowsAny { get; } = settings.Value.Allowed.Contains(Origin.Any);

    public bool IsAllowed(HttpRequest request) => IsAllowed(request.Headers.Origin, request.Scheme, request.Host);

    /// <param name="origin">The Origin header as received.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>: with the host, the origin of the service itself.</param>
    /// <param name="host">The request's Host.</param>
    public bool IsAllowed(StringValues origin, string scheme, HostString host)
    {
        if (origin.Count == 0) return _allowMissing;
        return origin.Count == 1 && origin[0] is { Length: > 0 } value && value != "null" && (IsListed(value) || IsSame(value, scheme, host));
    }

    /// <summary>Whether another origin is in the list.</summary>
    public bool IsListed(string origin) => origin != "null" && (AllowsAny || _allowed.Contains(origin));

    private static bool IsSame(string origin, string scheme, HostString host) =>
        host.HasValue && origin.Length == scheme.Length + 3 + host.Value!.Length
        && origin.StartsWith(scheme, StringComparison.Ordinal)
        && origin.AsSpan(scheme.Length, 3) is "://"
        && origin.AsSpan(scheme.Length + 3).Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Section <c>Origins</c>.</summary>
public sealed class OriginOptions : IValidatableObject
{
    /// <summary>Origins whose pages may use this service, as browsers write them: <c>https://app.example.com</c>; <c>*</c> is all. Default: same origin only.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    /// <summary>Whether requests without an Origin header are accepted: browsers always send one. Default true.</summary>
    public bool AllowMissing { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var entry in Allowed)
        {
            if (Origin.Error(entry) is { } error) yield return new($"\"{entry}\" {error}", [nameof(Allowed)]);
        }
    }
}
