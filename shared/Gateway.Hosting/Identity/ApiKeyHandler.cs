using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Gateway.Hosting.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>Scheme <c>ApiKey</c>: the header <c>X-API-Key</c>.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Header = "X-API-Key";

    private const string Unknown = "the API key is unknown";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Headers.TryGetValue(Header, out var header)) return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(header.Count == 1 && keys.Find(header[0]!) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(caller, Scheme.Name)), Scheme.Name))
            : AuthenticateResult.Fail(Unknown));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Schemes.ApiKey;
        await Context.WriteProblemAsync(StatusCodes.Status401Unauthorized, Unknown);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Context.WriteForbiddenAsync();
}

/// <summary>The configured API keys, by hash.</summary>
internal sealed class ApiKeys(IOptions<AuthOptions> options)
{
    private readonly (byte[] Hash, Caller Caller)[] _keys = [.. options.Value.ApiKeys.Select(k => (Convert.FromHexString(k.Hash), ToCaller(k)))];

    /// <summary>Compares with every key, also after a match, so that the duration does not depend on the key.</summary>
    public Caller? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        Caller? found = null;
        foreach (var (known, caller) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash)) found = caller;
        }

        return found;
    }

    private static Caller ToCaller(ApiKeyOptions key) => new()
    {
        UserId = Caller.ServicePrefix + key.Name,
        UserName = key.Name,
        ExpiresAt = DateTimeOffset.MaxValue,
        IsService = true,
        IsOperator = key.EffectiveScopes.Contains(Scopes.Operator),
        Scopes = key.EffectiveScopes,
    };
}
