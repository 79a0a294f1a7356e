using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary><see cref="AuthOptions"/> as the parameters of JsonWebTokenHandler.</summary>
internal sealed class TokenParameters
{
    private static readonly TimeSpan RetrievalTimeout = TimeSpan.FromSeconds(5);

    private readonly AuthOptions _options;
    private readonly TimeProvider _time;

    public TokenParameters(IOptions<AuthOptions> options, TimeProvider time, ILoggerFactory loggers)
        : this(options.Value, time, options.Value.Authority is { } address ? new Authority(address, Http(address), time, loggers.CreateLogger<Authority>()) : null)
    {
    }

    internal TokenParameters(AuthOptions options, TimeProvider time, Authority? authority)
    {
        (_options, _time, Authority) = (options, time, authority);
        var configured = options.Secret is not null ? SigningKeys.FromSecret(options.Secret) : options.PublicKey is not null ? SigningKeys.FromPem(options.PublicKey) : null;
        Validation = new TokenValidationParameters
        {
            ValidAlgorithms = configured is null ? [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256] : [SigningKeys.AlgorithmOf(configured)],
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => (configured ?? authority?.Find(kid)) is { } key ? [key] : [],
            ValidateIssuer = options.Issuer is not null || authority is not null,
            IssuerValidator = options.Issuer is not null || authority is not null ? ValidateIssuer : null,
            ValidateAudience = options.Audience is not null,
            ValidAudience = options.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            LifetimeValidator = ValidateLifetime,
        };
    }

    public TokenValidationParameters Validation { get; }

    /// <summary>Null with a configured key.</summary>
    public Authority? Authority { get; }

    private static HttpDocumentRetriever Http(string address) => new(new HttpClient { Timeout = RetrievalTimeout })
    {
        RequireHttps = address.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase),
    };

    private string ValidateIssuer(string issuer, SecurityToken token, TokenValidationParameters parameters) =>
        issuer == (_options.Issuer ?? Authority?.Issuer) ? issuer : throw new SecurityTokenInvalidIssuerException();

    /// <summary>The handler has no public clock. For an unknown key it passes <see cref="DateTime.MinValue"/>, from which no leeway can be subtracted.</summary>
    private bool ValidateLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (expires + _options.Leeway <= now) throw new SecurityTokenExpiredException();
        if (notBefore > now + _options.Leeway) throw new SecurityTokenNotYetValidException();
        return expires is not null;
    }
}
