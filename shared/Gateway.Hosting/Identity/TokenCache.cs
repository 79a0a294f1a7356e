using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Remembers valid tokens until they expire, so that a client that reconnects is not validated again. Keeps the first half of a
/// token's SHA-256, never the token. Bounded by two generations: when the younger is full the older is dropped.
/// </summary>
internal sealed class TokenCache(TokenValidator validator, IOptions<AuthOptions> options, TimeProvider time)
{
    // An authority may withdraw a key: its tokens are validated each time with the keys it has now.
    private readonly int _perGeneration = options.Value.Authority is null ? options.Value.RememberedTokens / 2 : 0;

    private readonly Lock _lock = new();
    private Dictionary<Guid, Caller> _younger = [];
    private Dictionary<Guid, Caller> _older = [];

    public ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (_perGeneration == 0 || token.Length > TokenPreCheck.MaxLength) return validator.ValidateAsync(token, cancellation);
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
        lock (_lock)
        {
            if (!_younger.TryGetValue(key, out caller) && !_older.TryGetValue(key, out caller)) return null;
        }

        return caller.ExpiresAt + options.Value.Leeway > time.GetUtcNow() ? caller : null;
    }

    private void Remember(Guid key, Caller caller)
    {
        lock (_lock)
        {
            if (_younger.Count >= _perGeneration) (_older, _younger) = (_younger, []);
            _younger[key] = caller;
        }
    }
}
