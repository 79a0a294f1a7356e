using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>
/// A lease that one process at a time holds: a key with a time to live. A holder that is frozen or cut off loses it; it notices by its own
/// clock, so that it does nothing in the name of a lease that another process may hold by then. Not thread-safe.
/// </summary>
internal sealed class RedisLease(RedisRequests requests, string key, string owner, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(3);

    private const string AcquireScript = """
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    private const string ReleaseScript = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private long _acquired;
    private bool _isHeld;

    /// <summary>How long to wait before asking again for a lease that another process holds.</summary>
    public static TimeSpan RetryInterval => RenewAfter;

    /// <summary>True while no other process can have acquired the lease.</summary>
    public bool IsHeld => _isHeld && time.GetElapsedTime(_acquired) < Lifetime;

    /// <summary>Acquires or renews the lease where that is due; true if it is held. Throws <see cref="BusUnavailableException"/>.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        if (IsHeld && time.GetElapsedTime(_acquired) < RenewAfter) return true;
        var asked = time.GetTimestamp();
        var reply = await requests.RunAsync(
            database => database.ScriptEvaluateAsync(AcquireScript, [key], [owner, (long)Lifetime.TotalMilliseconds], CommandFlags.NoScriptCache), cancellation);
        _isHeld = (long)reply == 1;
        _acquired = asked;
        return _isHeld;
    }

    /// <summary>Gives the lease to the next process that asks; without it, that takes until the end of its time to live.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (!IsHeld) return;
        _isHeld = false;
        await requests.RunAsync(database => database.ScriptEvaluateAsync(ReleaseScript, [key], [owner], CommandFlags.NoScriptCache), cancellation);
    }
}
