using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Sockets;

/// <summary>Counts who is in, and says who may still come. What is not limited is not counted per name.</summary>
internal sealed class Admission : IDisposable
{
    private readonly LimitSettings _limits;
    private readonly Lifecycle _lifecycle;
    private readonly ConnectionRegistry _registry;
    private readonly TokenBucketRateLimiter? _handshakes;
    private readonly ConcurrentDictionary<string, int> _perUser = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private int _all;

    public Admission(IOptions<LimitSettings> limits, Lifecycle lifecycle, ConnectionRegistry registry)
    {
        _limits = limits.Value;
        _lifecycle = lifecycle;
        _registry = registry;
        if (_limits.HandshakesPerSecond > 0) _handshakes = new(RateOf(_limits.HandshakesPerSecond));
    }

    /// <summary>Places taken: connections and handshakes under way.</summary>
    public int Count => Volatile.Read(ref _all);

    /// <summary>Before anything of the request is worth work.</summary>
    public Refusal? AtTheDoor()
    {
        if (_lifecycle.Draining) return new Refusal(503, "this gateway is shutting down; connect again", RetryAfterSeconds: 1);
        if (_handshakes is not null && !_handshakes.AttemptAcquire().IsAcquired)
            return new Refusal(429, $"more than {_limits.HandshakesPerSecond} handshakes per second", RetryAfterSeconds: 1);
        return null;
    }

    /// <summary>A place for one connection, given back by disposing; or why there is none.</summary>
    public (Place? Place, Refusal? Refusal) TakePlace(string userId, IPAddress? address)
    {
        var place = new Place(this, _limits.MaxConnectionsPerUser > 0 ? userId : null, _limits.MaxConnectionsPerAddress > 0 ? address : null);
        var refusal = place.Take();
        if (refusal is not null) place.Dispose();
        return refusal is null ? (place, null) : (null, refusal);
    }

    public void Dispose() => _handshakes?.Dispose();

    private static TokenBucketRateLimiterOptions RateOf(int perSecond) => new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(perSecond >= 10 ? 100 : 1000 / perSecond),
        QueueLimit = 0,
    };

    private static void GiveBack<T>(ConcurrentDictionary<T, int> counts, T key)
        where T : notnull
    {
        if (counts.AddOrUpdate(key, 0, (_, n) => n - 1) == 0) counts.TryRemove(new(key, 0));
    }

    /// <summary>The newest stay. Called for each newcomer once it is registered: whoever comes at the same moment, the last call sees them all.</summary>
    private void ReplaceOldest(string userId)
    {
        var open = _registry.Of(Target.User(userId)).Where(c => !c.IsClosing).OrderByDescending(c => c.Number);
        foreach (var oldest in open.Skip(_limits.MaxConnectionsPerUser)) oldest.Close(CloseCode.Replaced);
    }

    /// <summary>One connection's place.</summary>
    internal sealed class Place(Admission owner, string? user, IPAddress? address) : IDisposable
    {
        private bool _all, _user, _address;

        public Refusal? Take()
        {
            _all = true;
            if (Interlocked.Increment(ref owner._all) > owner._limits.MaxConnections && owner._limits.MaxConnections > 0)
                return new Refusal(503, "this gateway is full; connect again later", RetryAfterSeconds: 5);
            if (address is not null)
            {
                _address = true;
                if (owner._perAddress.AddOrUpdate(address, 1, (_, n) => n + 1) > owner._limits.MaxConnectionsPerAddress)
                    return new Refusal(429, "too many connections from this address", RetryAfterSeconds: 5);
            }

            if (user is null) return null;
            _user = true;
            return owner._perUser.AddOrUpdate(user, 1, (_, n) => n + 1) <= owner._limits.MaxConnectionsPerUser || owner._limits.UserLimitPolicy == UserLimitPolicy.ReplaceOldest
                ? null
                : new Refusal(429, $"a user may have {owner._limits.MaxConnectionsPerUser} connections here", RetryAfterSeconds: 5);
        }

        /// <summary>The connection is registered.</summary>
        public void Settle()
        {
            if (_user && owner._limits.UserLimitPolicy == UserLimitPolicy.ReplaceOldest) owner.ReplaceOldest(user!);
        }

        public void Dispose()
        {
            if (_all) Interlocked.Decrement(ref owner._all);
            if (_address) GiveBack(owner._perAddress, address!);
            if (_user) GiveBack(owner._perUser, user!);
            _all = _user = _address = false;
        }
    }
}
