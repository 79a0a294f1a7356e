using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>
/// The keys of an OpenID authority. Known keys are used while newer ones are fetched, and go on being used while the
/// authority is away; a token that names an unknown key waits for a fetch, of which there is one in 30 s however many come.
/// </summary>
internal sealed partial class AuthorityKeys(string authority, IDocumentRetriever documents, TimeProvider time, ILogger<AuthorityKeys> logger) : ITokenKeys
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly string _metadata = authority.TrimEnd('/') + "/.well-known/openid-configuration";
    private readonly Lock _lock = new();
    private FrozenDictionary<string, SigningKey> _keys = FrozenDictionary<string, SigningKey>.Empty;
    private Task _fetch = Task.CompletedTask;
    private volatile bool _failed;
    private long? _begun;

    public async ValueTask<SigningKey?> FindAsync(string? kid, CancellationToken cancellation)
    {
        if (Known(kid) is { } key)
        {
            // This token is answered from what is known, whatever comes of the fetch.
            Fetch(Fresh);
            return key;
        }

        Fetch(Pause);
        await Volatile.Read(ref _fetch).WaitAsync(cancellation);
        return Known(kid);
    }

    /// <summary>A token that names no key is only good where there is no choice.</summary>
    private SigningKey? Known(string? kid)
    {
        var keys = Volatile.Read(ref _keys);
        return kid is null ? (keys.Count == 1 ? keys.Values[0] : null) : keys.GetValueOrDefault(kid);
    }

    /// <summary>Begins a fetch unless one is under way or the last one is younger than this.</summary>
    private void Fetch(TimeSpan age)
    {
        lock (_lock)
        {
            if (!_fetch.IsCompleted) return;
            var pause = _failed ? PauseAfterFailure : age;
            if (_begun is { } begun && time.GetElapsedTime(begun) < pause) return;
            _begun = time.GetTimestamp();
            _fetch = Task.Run(FetchAsync);
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(_metadata, documents, CancellationToken.None);
            var keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
            foreach (var key in configuration.JsonWebKeySet?.Keys ?? [])
            {
                if (Read(key) is { } usable) keys.TryAdd(key.Kid ?? "", usable);
            }

            Volatile.Write(ref _keys, keys.ToFrozenDictionary(StringComparer.Ordinal));
            Log.Fetched(logger, keys.Count, authority);
            _failed = false;
        }
        catch (Exception e)
        {
            Log.NotFetched(logger, authority, e.GetBaseException().Message);
            _failed = true;
        }
    }

    private SigningKey? Read(JsonWebKey key)
    {
        if (key.Use is not (null or "" or "sig")) return null;
        try
        {
            return (key.Kty, key.Alg) switch
            {
                ("RSA", null or "" or SecurityAlgorithms.RsaSha256) => SigningKey.Rsa(RSA.Create(new RSAParameters
                {
                    Modulus = Base64UrlEncoder.DecodeBytes(key.N),
                    Exponent = Base64UrlEncoder.DecodeBytes(key.E),
                })),
                ("EC", null or "" or SecurityAlgorithms.EcdsaSha256) when key.Crv == "P-256" => SigningKey.Ec(ECDsa.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
                })),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            Log.KeyRefused(logger, authority, e.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Information, "Took {Count} signing keys from {Authority}")]
        public static partial void Fetched(ILogger logger, int count, string authority);

        [LoggerMessage(1001, LogLevel.Warning, "The signing keys of {Authority} could not be fetched, known ones stay in use: {Reason}")]
        public static partial void NotFetched(ILogger logger, string authority, string reason);

        [LoggerMessage(1002, LogLevel.Warning, "A signing key of {Authority} is not used: {Reason}")]
        public static partial void KeyRefused(ILogger logger, string authority, string reason);
    }
}
