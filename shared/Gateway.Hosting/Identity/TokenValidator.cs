using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Token → <see cref="Caller"/>. Signatures are checked by Microsoft.IdentityModel. Its token handlers are not used: they take
/// HS512 with an HS256 key, unknown <c>crit</c>, five minutes of skew and the last of two equal names, and read JSON with
/// another reader than ours; here one strict reading serves all checks, and the clock is a <see cref="TimeProvider"/>.
/// </summary>
internal sealed class TokenValidator(ITokenKeys keys, IOptions<AuthOptions> settings, TimeProvider time) : ITokenValidator
{
    private readonly AuthOptions _settings = settings.Value;

    public async ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        using var parts = TokenParts.Read(token, out var fault);
        if (parts is null) return new(null, fault);
        if (TokenHeader.Fault(parts.Header, out var kid) is { } refused) return new(null, refused);
        if (await keys.FindAsync(kid, cancellation) is not { } key) return new(null, "the token names a key that is not known here");
        if (!TokenHeader.IsSignedWith(parts.Header, key.Algorithm)) return new(null, $"the token is not signed with {key.Algorithm}");
        if (!key.Verify(Encoding.ASCII.GetBytes(token, 0, parts.SignedLength), parts.Signature)) return new(null, "the token's signature does not fit");
        return CallerReader.Read(parts.Claims, _settings, time.GetUtcNow());
    }
}

/// <summary>Turns a JWT into a <see cref="Caller"/>.</summary>
public interface ITokenValidator
{
    /// <summary>Never throws for what a client sent; an invalid token is an expected outcome.</summary>
    ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation);
}

/// <param name="Caller">Set when the token is valid.</param>
/// <param name="Error">Set when it is not: a text for the client, without any part of the token.</param>
public readonly record struct TokenResult(Caller? Caller, string? Error);
