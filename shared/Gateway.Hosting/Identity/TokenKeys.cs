using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;

namespace Gateway.Hosting.Identity;

/// <summary>Settings → keys.</summary>
internal static class TokenKeys
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    public static ITokenKeys Create(AuthOptions auth, TimeProvider time, ILoggerFactory loggers)
    {
        if (auth.Secret is not null) return new ConfiguredKey(SigningKey.Hmac(auth.Secret));
        if (auth.PublicKey is not null) return new ConfiguredKey(PemKey.Read(auth.PublicKey));
        var authority = auth.Authority!;
        var documents = new HttpDocumentRetriever(new HttpClient { Timeout = FetchTimeout })
        {
            RequireHttps = authority.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase),
        };
        return new AuthorityKeys(authority, documents, time, loggers.CreateLogger<AuthorityKeys>());
    }
}

/// <summary>The keys that tokens are checked with.</summary>
internal interface ITokenKeys
{
    /// <summary>The key for a token that names <paramref name="kid"/>; null when there is none. May fetch, so it may take seconds.</summary>
    ValueTask<SigningKey?> FindAsync(string? kid, CancellationToken cancellation);
}

/// <summary>The one configured key, whatever a token's <c>kid</c> says.</summary>
internal sealed class ConfiguredKey(SigningKey key) : ITokenKeys
{
    public ValueTask<SigningKey?> FindAsync(string? kid, CancellationToken cancellation) => new(key);
}
