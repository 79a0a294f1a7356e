using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Hosting.Control;
using Gateway.Hosting.Identity;
using Gateway.Operations;
using Microsoft.Extensions.Options;

namespace Gateway.Control;

/// <summary>
/// Finds tokens that were blacklisted while they have connections: the pod that holds the lease looks through the blacklist every 10 s and
/// sends the hashes of new entries to all pods.
/// </summary>
internal sealed class BlacklistSearch(
    ITokenBlacklist blacklist, IStateStore store, IControlChannel control, IOptions<AuthOptions> auth, IOptions<RedisOptions> redis, TimeProvider time) : BackgroundService
{
    private const string Lease = "blacklist:lease";

    /// <summary>Many to an order, because the control channel keeps a limited number of orders.</summary>
    private const int PerOrder = 5000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(15);

    private HashSet<ulong> _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!auth.Value.Blacklist) return;
        try
        {
            while (true)
            {
                await TrySearchAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TrySearchAsync(CancellationToken cancellation)
    {
        try
        {
            if (await HoldsLeaseAsync(cancellation)) await SearchAsync(cancellation);
            else _known = [];
        }
        catch (BusUnavailableException)
        {
            // The next search finds what this one did not.
        }
    }

    private async Task<bool> HoldsLeaseAsync(CancellationToken cancellation)
    {
        var pod = redis.Value.ClientName;
        if (await store.GetOrSetAsync(Lease, pod, LeaseLife, cancellation) != pod) return false;
        await store.SetAsync(Lease, pod, LeaseLife, cancellation);
        return true;
    }

    private async Task SearchAsync(CancellationToken cancellation)
    {
        var found = new HashSet<ulong>();
        await foreach (var token in blacklist.AllAsync(cancellation)) found.Add(Caller.HashOf(token));
        foreach (var hashes in found.Except(_known).Chunk(PerOrder))
        {
            var tokens = new JsonArray([.. hashes.Select(hash => (JsonNode)hash.ToString("x16", CultureInfo.InvariantCulture))]);
            await control.SendAsync(Orders.Blacklist, new JsonObject { ["tokens"] = tokens }, cancellation);
        }

        _known = found;
    }
}

/// <summary><c>blacklist {tokens: [hash, …]}</c>, as <see cref="BlacklistSearch"/> sends it.</summary>
internal sealed class BlacklistOrder(Revocations revocations) : IOrderHandler
{
    public string Order => Orders.Blacklist;

    public void Execute(ControlOrder order) => revocations.AddBlacklisted(
        order.Arguments.GetProperty("tokens").EnumerateArray().Select(hash => ulong.Parse(hash.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
}
