using System.ComponentModel.DataAnnotations;
using Gateway.Hosting.Settings;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Section <c>Auth</c>. Exactly one of <see cref="Secret"/>, <see cref="PublicKey"/> and <see cref="Authority"/> is set: a service that
/// takes two kinds of keys can be made to take one for the other.
/// </summary>
public sealed class AuthSettings : IValidatableObject
{
    public const int MinSecretBytes = 32;

    /// <summary>Shared secret of HS256 tokens, at least 32 bytes. Default: none.</summary>
    [Secret]
    public string? Secret { get; set; }

    /// <summary>Public key of RS256 (at least 2048 bits) or ES256 tokens: PEM text or the path of a PEM file. Default: none.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Address of an OpenID authority whose keys are fetched and kept fresh. Default: none.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>iss</c> a token must have. Default: any.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> a token must have. Default: any.</summary>
    public string? Audience { get; set; }

    /// <summary>How far clocks may differ at <c>exp</c> and <c>nbf</c>. Default 30 s. Range 0–5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Leeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many good tokens are known again by their hash, so that a returning client costs less, some 20 MB when full; 0 = none, and none with an authority. Default 50,000. Range 0–10,000,000.</summary>
    [Range(0, 10_000_000)]
    public int RememberedTokens { get; set; } = 50_000;

    /// <summary>Roles (claims <c>role</c>, <c>roles</c>) that make an operator. Default admin, operator.</summary>
    public IReadOnlyList<string> OperatorRoles { get; set; } = ["admin", "operator"];

    /// <summary>Keys of services that call with <c>X-API-Key</c>. Default: none.</summary>
    public IReadOnlyList<ApiKeySettings> ApiKeys { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => AuthFaults.Of(this);
}
