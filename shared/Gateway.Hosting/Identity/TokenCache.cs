using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>
/// A client that comes back with the token it had is not checked anew: good tokens are known by half of their SHA-256 until they
/// expire, never by themselves. Bounded by two generations: when the younger is full the older is forgotten.
/// </summary>
internal sealed class TokenCache(TokenValidator validator, IOptions<AuthOptions> settings, TimeProvider time) : ITokenValidator
{
    // An authority withdraws keys: its tokens are checked each time against those it has now.
    private readonly int _perGeneration = settings.Value.Authority is null ? settings.Value.RememberedTokens / 2 : 0;

    private readonly Lock _gate = new();
    private Dictionary<Guid, Caller> _younger = [];
    private Dictionary<Guid, Caller> _older = [];

    public ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (_perGeneration == 0 || token.Length > TokenParts.MaxBytes) return validator.ValidateAsync(token, cancellation);
        var key = KeyOf(token);
        return Recall(key) is { } caller ? new(new TokenResult(caller, null)) : CheckAsync(token, key, cancellation);
    }

    private static Guid KeyOf(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return new Guid(hash[..16]);
    }

    private async ValueTask<TokenResult> CheckAsync(string token, Guid key, CancellationToken cancellation)
    {
        var result = await validator.ValidateAsync(token, cancellation);
        if (result.Caller is { } caller) Remember(key, caller);
        return result;
    }

    private Caller? Recall(Guid key)
    {
        Caller? caller;
        lock (_gate)
        {
            if (!_younger.TryGetValue(key, out caller) && !_older.TryGetValue(key, out caller)) return null;
        }

        return caller.ExpiresAt + settings.Value.Leeway > time.GetUtcNow() ? caller : null;
    }

    private void Remember(Guid key, Caller caller)
    {
        lock (_gate)
        {
            if (_younger.Count >= _perGeneration) (_older, _younger) = (_younger, []);
            _younger[key] = caller;
        }
    }
}
