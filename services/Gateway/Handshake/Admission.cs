using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Registry;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.Handshake;

/// <summary>Enforces the connection limits: total, per user, per address. A limit that is off keeps no count per user or address.</summary>
internal sealed class Admission : IDisposable
{
    private readonly LimitOptions _limits;
    private readonly Lifecycle _lifecycle;
    private readonly ConnectionRegistry _registry;
    private readonly ClusterUserLimit? _cluster;
    private readonly TokenBucketRateLimiter? _handshakes;
    private readonly ConcurrentDictionary<string, int> _perUser = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private int _total;

    public Admission(IOptions<LimitOptions> limits, Lifecycle lifecycle, ConnectionRegistry registry, ClusterUserLimit? cluster = null)
    {
        _limits = limits.Value;
        _lifecycle = lifecycle;
        _registry = registry;
        _cluster = cluster;
        if (_limits.HandshakesPerSecond > 0) _handshakes = new(RateOf(_limits.HandshakesPerSecond));
    }

    /// <summary>Leases held: open connections and handshakes in progress.</summary>
    public int Count => Volatile.Read(ref _total);

    /// <summary>Whether a handshake may go on at all; checked before its token is validated.</summary>
    public Refusal? CheckHandshakeRate()
    {
        if (_lifecycle.Draining) return new Refusal(503, "this gateway is shutting down; connect again", RetryAfterSeconds: 1);
        if (_lifecycle.Stopped) return new Refusal(503, "an operator has stopped this gateway; connect again later", RetryAfterSeconds: 10);
        if (_handshakes is not null && !_handshakes.AttemptAcquire().IsAcquired)
            return new Refusal(429, $"more than {_limits.HandshakesPerSecond} handshakes per second (Limits:HandshakesPerSecond)", RetryAfterSeconds: 1);
        return null;
    }

    /// <summary>Counts one connection until the lease is released; false with the reason when a limit is reached.</summary>
    public bool TryAcquire(string userId, IPAddress? address, out ConnectionLease lease, [NotNullWhen(false)] out Refusal? refusal)
    {
        lease = new ConnectionLease(_limits.MaxConnectionsPerUser > 0 ? userId : null, _limits.MaxConnectionsPerAddress > 0 ? NetworkOf(address) : null);
        refusal = CheckLimits(Increment(lease));
        if (refusal is null) return true;
        Release(lease);
        return false;
    }

    /// <summary>As <see cref="TryAcquire"/>, then asks whether the user's connections on all pods are within the limit. Off, it costs nothing.</summary>
    public async ValueTask<(ConnectionLease Lease, Refusal? Refusal)> AcquireAsync(string userId, IPAddress? address, CancellationToken cancellation)
    {
        if (!TryAcquire(userId, address, out var lease, out var refusal) || _cluster is not { IsEnabled: true }) return (lease, refusal);
        try
        {
            if (await _cluster.TakeAsync(userId, cancellation) is { } slot) return (lease with { Slot = slot }, null);
        }
        catch
        {
            Release(lease);
            throw;
        }

        Release(lease);
        return (default, TooManyOfUser());
    }

    /// <summary>
    /// Closes the user's oldest connections beyond the limit where the policy says so. Called after a connection is registered: of
    /// several that register at the same moment, the last call sees them all.
    /// </summary>
    public void EnforceUserLimit(string userId)
    {
        if (_limits.MaxConnectionsPerUser == 0 || _limits.UserLimitPolicy != UserLimitPolicy.ReplaceOldest) return;
        if (!_perUser.TryGetValue(userId, out var count) || count <= _limits.MaxConnectionsPerUser) return;
        // All connections are looked through, because one that waits for the bus is not a member of its user yet.
        var open = _registry.All().Where(c => c.Caller.UserId == userId && !c.IsClosing).OrderByDescending(c => c.Number);
        foreach (var oldest in open.Skip(_limits.MaxConnectionsPerUser)) oldest.Close(CloseCode.Replaced);
    }

    /// <summary>To be called once for each lease that was acquired.</summary>
    public void Release(in ConnectionLease lease)
    {
        Interlocked.Decrement(ref _total);
        if (lease.Address is not null) Decrement(_perAddress, lease.Address);
        if (lease.UserId is not null) Decrement(_perUser, lease.UserId);
        if (lease.Slot is not null) _cluster!.GiveUp(lease.Slot);
    }

    public void Dispose() => _handshakes?.Dispose();

    /// <summary>
    /// The network that the address limit counts: an IPv4 address, also where it is written as IPv6, or the /64 of an IPv6 address.
    /// One IPv6 subscriber has at least a /64, so single addresses would not limit it.
    /// </summary>
    internal static IPAddress? NetworkOf(IPAddress? address)
    {
        if (address is null or { AddressFamily: not AddressFamily.InterNetworkV6 }) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private static TokenBucketRateLimiterOptions RateOf(int perSecond) => new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(perSecond >= 10 ? 100 : 1000 / perSecond),
        QueueLimit = 0,
    };

    private (int Total, int OfAddress, int OfUser) Increment(in ConnectionLease lease) =>
    (
        Interlocked.Increment(ref _total),
        lease.Address is null ? 0 : _perAddress.AddOrUpdate(lease.Address, 1, static (_, n) => n + 1),
        lease.UserId is null ? 0 : _perUser.AddOrUpdate(lease.UserId, 1, static (_, n) => n + 1)
    );

    private Refusal? CheckLimits((int Total, int OfAddress, int OfUser) counts)
    {
        if (_limits.MaxConnections > 0 && counts.Total > _limits.MaxConnections)
            return new Refusal(503, "this gateway is full (Limits:MaxConnections); connect again later", RetryAfterSeconds: 5);
        if (counts.OfAddress > _limits.MaxConnectionsPerAddress)
            return new Refusal(429, $"more than {_limits.MaxConnectionsPerAddress} connections from this address (Limits:MaxConnectionsPerAddress)", RetryAfterSeconds: 5);
        if (counts.OfUser > _limits.MaxConnectionsPerUser && _limits.UserLimitPolicy == UserLimitPolicy.Refuse)
            return TooManyOfUser();
        return null;
    }

    private Refusal TooManyOfUser() =>
        new(429, $"more than {_limits.MaxConnectionsPerUser} connections of this user (Limits:MaxConnectionsPerUser)", RetryAfterSeconds: 5);

    private static void Decrement<T>(ConcurrentDictionary<T, int> counts, T key)
        where T : notnull
    {
        if (counts.AddOrUpdate(key, 0, static (_, n) => n - 1) == 0) counts.TryRemove(new(key, 0));
    }
}

/// <summary>One connection's share of the limits.</summary>
/// <param name="UserId">Null where users are not limited.</param>
/// <param name="Address">Null where addresses are not limited.</param>
internal readonly record struct ConnectionLease(string? UserId, IPAddress? Address)
{
    /// <summary>Its share of the user's limit in the cluster; null where users are not limited.</summary>
    public ConnectionSlot? Slot { get; init; }
}
