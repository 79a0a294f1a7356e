using System.Collections.Concurrent;

namespace Gateway.Hosting.Identity;

/// <summary>The revocations that this process knows. Asked for every token, so it holds them by hash and does not wait for anything.</summary>
public sealed class Revocations(TimeProvider time)
{
    /// <summary>Covers a handshake that asked for its token just before it was blacklisted. Later ones ask themselves.</summary>
    private static readonly TimeSpan BlacklistedFor = TimeSpan.FromMinutes(1);

    // Values: until when, unix seconds.
    private readonly ConcurrentDictionary<ulong, long> _tokenIds = new();
    private readonly ConcurrentDictionary<ulong, long> _blacklisted = new();
    private readonly ConcurrentDictionary<string, (long IssuedBefore, long Until)> _users = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _issuedBefore;
    private bool _isChanged;

    /// <summary>Called after revocations were added, once for those that came together. Set before the first of them.</summary>
    public Action? Changed { get; set; }

    /// <summary>False for API keys.</summary>
    public bool IsRevoked(Caller caller)
    {
        if (caller.IsService) return false;
        if (caller.IssuedAt < Volatile.Read(ref _issuedBefore)) return true;
        return (!_tokenIds.IsEmpty && _tokenIds.ContainsKey(caller.TokenIdHash))
            || (!_users.IsEmpty && _users.TryGetValue(caller.UserId, out var user) && caller.IssuedAt < user.IssuedBefore)
            || (!_blacklisted.IsEmpty && _blacklisted.ContainsKey(caller.TokenHash));
    }

    internal void Add(Revocation revocation)
    {
        lock (_lock)
        {
            if (revocation.Jti is not null) _tokenIds[Caller.HashOf(revocation.Jti)] = revocation.Until;
            else if (revocation.UserId is not null) _users[revocation.UserId] = Later(revocation);
            else _issuedBefore = Math.Max(_issuedBefore, revocation.IssuedBefore);
            _isChanged = true;
        }
    }

    public void AddBlacklisted(IEnumerable<ulong> tokens)
    {
        var until = (time.GetUtcNow() + BlacklistedFor).ToUnixTimeSeconds();
        lock (_lock)
        {
            foreach (var token in tokens) _blacklisted[token] = until;
            _isChanged = true;
        }
    }

    /// <summary>Reports what was added, and forgets what concerns no valid token any more.</summary>
    internal void Apply()
    {
        lock (_lock)
        {
            if (!_isChanged) return;
            _isChanged = false;
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            foreach (var (id, until) in _tokenIds) if (until <= now) _tokenIds.TryRemove(id, out _);
            foreach (var (token, until) in _blacklisted) if (until <= now) _blacklisted.TryRemove(token, out _);
            foreach (var (user, entry) in _users) if (entry.Until <= now) _users.TryRemove(user, out _);
        }

        Changed?.Invoke();
    }

    private (long IssuedBefore, long Until) Later(Revocation revocation)
    {
        var known = _users.GetValueOrDefault(revocation.UserId!);
        return (Math.Max(known.IssuedBefore, revocation.IssuedBefore), Math.Max(known.Until, revocation.Until));
    }
}
