using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;
using Gateway.Hosting.Options;

namespace Gateway.Hosting.Identity;

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
