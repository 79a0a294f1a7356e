using Gateway.Bus;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>Refuses revoked tokens, for sockets and HTTP alike, and where <see cref="AuthOptions.Blacklist"/> is set those of the blacklist.</summary>
internal sealed class RevocationCheck(TokenCache tokens, Revocations revocations, IOptions<AuthOptions> options, ITokenBlacklist? blacklist = null) : ITokenValidator
{
    private const string Revoked = "the token was revoked";

    private readonly ITokenBlacklist? _blacklist = options.Value.Blacklist ? blacklist : null;

    public ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        var result = tokens.ValidateAsync(token, cancellation);
        return _blacklist is null && result.IsCompletedSuccessfully ? new(Check(result.Result)) : CheckAsync(token, result, cancellation);
    }

    private TokenResult Check(TokenResult result) => result.Caller is { } caller && revocations.IsRevoked(caller) ? new(null, Revoked) : result;

    private async ValueTask<TokenResult> CheckAsync(string token, ValueTask<TokenResult> validation, CancellationToken cancellation)
    {
        // An invalid token is not looked up: it could be anything.
        var result = Check(await validation);
        return result.Caller is null || !await IsBlacklistedAsync(token, cancellation) ? result : new(null, Revoked);
    }

    private async ValueTask<bool> IsBlacklistedAsync(string token, CancellationToken cancellation)
    {
        try
        {
            return _blacklist is not null && await _blacklist.ContainsAsync(token, cancellation);
        }
        catch (BusUnavailableException)
        {
            // As with revocations, what is known counts while the bus is down. The search finds live connections of the token later.
            return false;
        }
    }
}
