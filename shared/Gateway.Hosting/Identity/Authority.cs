using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Issuer and signing keys of an OpenID authority. <see cref="ConfigurationManager{T}"/> 8.16 retrieves them and repeats it every hour.
/// What it lacks is added here: a retrieval that can be awaited (RequestRefresh returns before it, so the first token of a rotated
/// key would be refused), a pause after a failure (it retries a failed refresh at each call), and the log entries.
/// </summary>
internal sealed partial class Authority : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly string _address;
    private readonly IDocumentRetriever _documents;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _manager;
    private readonly TimeProvider _time;
    private readonly ILogger<Authority> _logger;
    private readonly Lock _lock = new();
    private volatile OpenIdConnectConfiguration? _configuration;
    private Task _retrieval = Task.CompletedTask;
    private volatile bool _failed;
    private long? _startedAt;

    public Authority(string address, IDocumentRetriever documents, TimeProvider time, ILogger<Authority> logger)
    {
        (_address, _documents, _time, _logger) = (address, documents, time, logger);
        _manager = new(address.TrimEnd('/') + "/.well-known/openid-configuration", this, documents) { AutomaticRefreshInterval = RefreshInterval };
    }

    public string? Issuer => _configuration?.Issuer;

    /// <summary>The key that a token names. A token without <c>kid</c> is accepted only where there is one key.</summary>
    public SecurityKey? Find(string? kid)
    {
        if (_configuration?.SigningKeys is not { } keys) return null;
        return kid is null ? (keys.Count == 1 ? keys.First() : null) : keys.FirstOrDefault(key => key.KeyId == kid);
    }

    /// <summary>
    /// Waits for a retrieval when the key is unknown: at most one in 30 s, or 2 s after a failure, however many tokens ask. A known
    /// key never waits.
    /// </summary>
    public async ValueTask<bool> HasKeyAsync(string? kid, CancellationToken cancellation)
    {
        if (Find(kid) is not null)
        {
            // Completes at once, and starts the hourly retrieval in the background when it is due.
            await _manager.GetConfigurationAsync(cancellation);
            return true;
        }

        await RetrieveAsync().WaitAsync(cancellation);
        return Find(kid) is not null;
    }

    /// <summary>Called by the manager and by <see cref="RetrieveAsync"/>. After a failure the known configuration stays in use.</summary>
    async Task<OpenIdConnectConfiguration> IConfigurationRetriever<OpenIdConnectConfiguration>.GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, cancel);
            KeepUsableKeys(configuration);
            _configuration = configuration;
            _failed = false;
            Log.Retrieved(_logger, configuration.SigningKeys.Count, configuration.JsonWebKeySet?.Keys.Count ?? 0, _address);
            return configuration;
        }
        catch (Exception e)
        {
            _failed = true;
            Log.NotRetrieved(_logger, _address, e.GetBaseException().Message);
            if (_configuration is { } known) return known;
            throw;
        }
    }

    private Task RetrieveAsync()
    {
        lock (_lock)
        {
            var pause = _failed ? PauseAfterFailure : Pause;
            if (!_retrieval.IsCompleted || (_startedAt is { } startedAt && _time.GetElapsedTime(startedAt) < pause)) return _retrieval;
            _startedAt = _time.GetTimestamp();
            return _retrieval = Task.Run(RetrieveCoreAsync);
        }
    }

    private async Task RetrieveCoreAsync()
    {
        try
        {
            if (_configuration is null) await _manager.GetConfigurationAsync(CancellationToken.None);
            else await ((IConfigurationRetriever<OpenIdConnectConfiguration>)this).GetConfigurationAsync(_manager.MetadataAddress, _documents, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // Logged above; tokens are refused until a retrieval succeeds.
        }
    }

    /// <summary>Those for RS256 and ES256 signatures, each with the algorithm that its key set names for it, where it names one.</summary>
    private static void KeepUsableKeys(OpenIdConnectConfiguration configuration)
    {
        var set = new JsonWebKeySet();
        foreach (var key in configuration.JsonWebKeySet?.Keys ?? [])
        {
            if (key.Alg is null or "" or SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.EcdsaSha256) set.Keys.Add(key);
        }

        configuration.SigningKeys.Clear();
        foreach (var key in set.GetSigningKeys().Where(SigningKeys.IsAllowed)) configuration.SigningKeys.Add(key);
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Information, "Retrieved {Usable} usable signing keys of {Count} from {Authority}")]
        public static partial void Retrieved(ILogger logger, int usable, int count, string authority);

        [LoggerMessage(1001, LogLevel.Warning, "The authority {Authority} is unavailable; known signing keys stay in use: {Reason}")]
        public static partial void NotRetrieved(ILogger logger, string authority, string reason);
    }
}
