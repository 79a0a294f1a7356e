using System.ComponentModel.DataAnnotations;
using System.Text;
using Gateway.Contracts;
using Gateway.Hosting.Options;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Section <c>Auth</c>. Exactly one of <see cref="Secret"/>, <see cref="PublicKey"/> and <see cref="Authority"/> is set: with two kinds
/// of keys, a key of one kind could be passed off as one of the other.
/// </summary>
public sealed class AuthOptions : IValidatableObject
{
    public const int MinSecretBytes = 32;

    /// <summary>Shared secret of HS256 tokens, at least 32 bytes. Default: none.</summary>
    [Secret]
    public string? Secret { get; set; }

    /// <summary>Public key of RS256 (at least 2048 bits) or ES256 tokens: PEM text or the path of a PEM file. Default: none.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Address of an OpenID authority whose keys are fetched and kept fresh. Default: none.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>iss</c> a token must have. Default: the authority's issuer; any without an authority.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> a token must have. Default: any, with a warning at start when there is an authority.</summary>
    public string? Audience { get; set; }

    /// <summary>How far clocks may differ at <c>exp</c> and <c>nbf</c>. Default 30 s. Range 0–5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Leeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many valid tokens are remembered by their hash, so that a returning client costs less, some 20 MB when full; 0 = none, and none with an authority. Default 50,000. Range 0–10,000,000.</summary>
    [Range(0, 10_000_000)]
    public int RememberedTokens { get; set; } = 50_000;

    /// <summary>
    /// The longest life of a token, from <c>iat</c> to <c>exp</c>: for so long a revocation is kept, and a token that lives longer could be valid
    /// again afterwards. Default 30 d. Range 1 min–3650 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan LongestTokenLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Refuse tokens for which another system has set the Redis key <c>token:blacklist:&lt;jwt&gt;</c>, and close their connections. Costs one GET per
    /// validated token, and one pod looks through all keys of the database every 10 s. Default false.
    /// </summary>
    public bool Blacklist { get; set; }

    /// <summary>Roles (claims <c>role</c>, <c>roles</c>) that make an operator. Default admin, operator.</summary>
    public IReadOnlyList<string>? OperatorRoles { get; set; }

    /// <summary>Keys of services that call with <c>X-API-Key</c>. Default: none.</summary>
    public IReadOnlyList<ApiKeyOptions> ApiKeys { get; set; } = [];

    internal IReadOnlyList<string> EffectiveOperatorRoles => OperatorRoles ?? ["admin", "operator"];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var set = new[] { Secret, PublicKey, Authority }.Count(s => s is not null);
        if (set == 0)
            yield return new("tokens cannot be checked without a key: set JWT_SECRET (HS256), JWT_PUBLIC_KEY (RS256, ES256) or JWT_AUTHORITY", [nameof(Secret)]);
        if (set > 1)
            yield return new("one kind of key at a time: set only one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_AUTHORITY, or a key of one kind could be passed off as another", [nameof(Secret)]);
        if (Secret is not null && Encoding.UTF8.GetByteCount(Secret) is var bytes and < MinSecretBytes)
            yield return new($"an HS256 secret needs at least {MinSecretBytes} bytes; this one has {bytes}. Make one: openssl rand -base64 48", [nameof(Secret)]);
        if (PublicKey is not null && SigningKeys.PemError(PublicKey) is { } pem) yield return new(pem, [nameof(PublicKey)]);
        if (Authority is not null && AuthorityError(Authority) is { } authority) yield return new(authority, [nameof(Authority)]);
    }

    private static string? AuthorityError(string authority)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri)) return "is not an absolute URL";
        return uri.Scheme == Uri.UriSchemeHttps || (uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp)
            ? null
            : "must be https (http is allowed for loopback addresses only): otherwise the keys could be replaced on the way";
    }
}

/// <summary>An entry of <c>Auth:ApiKeys</c>.</summary>
public sealed class ApiKeyOptions : IValidatableObject
{
    /// <summary>The service that calls with it; appears in logs, and as <c>service:&lt;name&gt;</c> in place of a user id.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key, 64 hex digits: <c>printf %s "$KEY" | sha256sum</c>.</summary>
    [Secret]
    public string Hash { get; set; } = "";

    /// <summary>Of <c>publish:all, publish:room, publish:user, operator</c>. Default publish:all, publish:room, publish:user.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    internal IReadOnlyList<string> EffectiveScopes => Scopes is [] ? Identity.Scopes.Publishing : Scopes;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Names.IsName(Name)) yield return new("a name is " + Names.Rule, [nameof(Name)]);
        if (Hash.Length != 64 || !Hash.All(char.IsAsciiHexDigit)) yield return new("is not a SHA-256 in 64 hex digits: printf %s \"$KEY\" | sha256sum", [nameof(Hash)]);
        foreach (var scope in Scopes.Except(Identity.Scopes.All))
            yield return new($"\"{scope}\" is none of {string.Join(", ", Identity.Scopes.All)}", [nameof(Scopes)]);
    }
}
