using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>Turns a JWT into a <see cref="Caller"/>.</summary>
public interface ITokenValidator
{
    /// <summary>Never throws for what a client sent; an invalid token is an expected outcome.</summary>
    ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation);
}

/// <param name="Caller">Set when the token is valid.</param>
/// <param name="Error">Set when it is not: a text for the client, without any part of the token.</param>
public readonly record struct TokenResult(Caller? Caller, string? Error);

/// <summary>Validates with JsonWebTokenHandler, after <see cref="TokenPreCheck"/>.</summary>
internal sealed class TokenValidator(TokenParameters parameters, IOptions<AuthOptions> options) : ITokenValidator
{
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = TokenPreCheck.MaxLength };

    public async ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        var error = TokenPreCheck.Error(token, parameters.Validation.ValidAlgorithms, out var kid, out var claims);
        if (claims is null) return new(null, error);
        using (claims)
        {
            if (parameters.Authority is { } authority && !await authority.HasKeyAsync(kid, cancellation)) return new(null, "the token names an unknown key");
            var result = await _handler.ValidateTokenAsync(token, parameters.Validation);
            return result.IsValid ? Read(token, claims.RootElement) : new(null, Error(result.Exception));
        }
    }

    private TokenResult Read(string token, JsonElement claims)
    {
        var result = CallerReader.Read(claims, options.Value);
        return result.Caller is { } caller && options.Value.Blacklist ? new(caller with { TokenHash = Caller.HashOf(token) }, null) : result;
    }

    private static string Error(Exception exception) => exception switch
    {
        SecurityTokenExpiredException => "the token has expired",
        SecurityTokenNotYetValidException => "the token is not valid yet",
        SecurityTokenInvalidIssuerException => "the token is from another issuer",
        SecurityTokenInvalidAudienceException => "the token is for another audience",
        SecurityTokenInvalidSignatureException => "the token's signature is invalid",
        _ => "the token is invalid",
    };
}
