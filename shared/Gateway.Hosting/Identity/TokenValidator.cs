using System.IdentityModel.Tokens.Jwt;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

internal sealed class TokenValidator(IOptions<AuthSettings> settings, TimeProvider time) : ITokenValidator
{
    private readonly SigningKey _key = settings.Value.Secret is { } s ? SigningKey.Hmac(s) : PemKey.Read(settings.Value.PublicKey!);
    private readonly JwtSecurityTokenHandler _handler = new() { MaximumTokenSizeInBytes = 8192 };

    public ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (TokenParts.TryRead(token, out var header, out var payload) is { } fault) return new(new TokenResult(null, fault));
        using (header)
        using (payload)
        {
            if (TokenHeader.Fault(header.RootElement, _key.Algorithm) is { } bad) return new(new TokenResult(null, bad));
            try
            {
                _handler.ValidateToken(token, Parameters(), out _);
            }
            catch (Exception)
            {
                return new(new TokenResult(null, "the token's signature does not fit"));
            }

            return new(TokenClaims.Read(payload.RootElement, settings.Value, time.GetUtcNow()));
        }
    }

    private TokenValidationParameters Parameters() => new()
    {
        IssuerSigningKey = _key.Key,
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
    };
}
