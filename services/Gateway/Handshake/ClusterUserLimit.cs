using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Bus;
using Gateway.Hosting.Control;
using Gateway.Registry;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.Handshake;

/// <summary>
/// The limit of connections per user over all pods. While the bus is down the pod's own count is the limit; what was accepted then is counted
/// when the bus is back.
/// </summary>
internal sealed class ClusterUserLimit(IConnectionSlots slots, IControlChannel control, IOptions<LimitOptions> options, TimeProvider time) : BackgroundService
{
    private const int MaxGivenUp = 65_536;
    private const int BatchSize = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, ConnectionSlot> _held = new();

    // What does not fit ends with this pod's instance.
    private readonly Channel<ConnectionSlot> _givenUp = Channel.CreateBounded<ConnectionSlot>(new BoundedChannelOptions(MaxGivenUp) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _mustRetake;

    public bool IsEnabled => options.Value.MaxConnectionsPerUser > 0;

    private bool Replaces => options.Value.UserLimitPolicy == UserLimitPolicy.ReplaceOldest;

    /// <summary>The slot of a new connection; null if the user has as many as it may have.</summary>
    public async Task<ConnectionSlot?> TakeAsync(string userId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var slot = new ConnectionSlot(userId, Guid.CreateVersion7(now), now.ToUnixTimeMilliseconds());
        _held[slot.ConnectionId] = slot;
        try
        {
            if (await TryTakeAsync(slot, options.Value.MaxConnectionsPerUser, cancellation)) return slot;
            _held.TryRemove(slot.ConnectionId, out _);
            return null;
        }
        catch (BusUnavailableException)
        {
            _mustRetake = true;
            return slot;
        }
        catch
        {
            GiveUp(slot);
            throw;
        }
    }

    public void GiveUp(ConnectionSlot slot)
    {
        if (_held.TryRemove(slot.ConnectionId, out _)) _givenUp.Writer.TryWrite(slot);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsEnabled) return;
        using var timer = new PeriodicTimer(Interval, time);
        var batch = new List<ConnectionSlot>(BatchSize);
        string? instance = null;
        try
        {
            do
            {
                try
                {
                    if (_mustRetake || slots.Instance != instance) instance = await RetakeAsync(stoppingToken);
                    await GiveUpAsync(batch, stoppingToken);
                }
                catch (BusUnavailableException)
                {
                    // Tried again with the next tick.
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Counts all connections again. With the policy Refuse those that are open stay, also beyond the limit.</summary>
    private async Task<string?> RetakeAsync(CancellationToken cancellation)
    {
        var instance = slots.Instance;
        _mustRetake = false;
        try
        {
            foreach (var (id, slot) in _held)
            {
                await TryTakeAsync(slot, Replaces ? options.Value.MaxConnectionsPerUser : 0, cancellation);
                if (!_held.ContainsKey(id)) _givenUp.Writer.TryWrite(slot);
            }
        }
        catch
        {
            _mustRetake = true;
            throw;
        }

        return instance;
    }

    private async Task GiveUpAsync(List<ConnectionSlot> batch, CancellationToken cancellation)
    {
        while (batch.Count > 0 || _givenUp.Reader.TryPeek(out _))
        {
            while (batch.Count < BatchSize && _givenUp.Reader.TryRead(out var slot)) batch.Add(slot);
            await slots.GiveUpAsync(batch, cancellation);
            batch.Clear();
        }
    }

    private async Task<bool> TryTakeAsync(ConnectionSlot slot, int most, CancellationToken cancellation)
    {
        var result = await slots.TakeAsync(slot, most, Replaces, cancellation);
        if (result.Replaced is not { Count: > 0 }) return result.IsTaken;
        var ids = new JsonArray([.. result.Replaced.Select(id => (JsonNode)id.ToString("N"))]);
        await control.SendAsync(ReplaceOrder.Name, new JsonObject { ["connections"] = ids }, cancellation);
        return result.IsTaken;
    }
}

/// <summary><c>replace {connections: [id, …]}</c>: closes connections that newer ones of their users have replaced, on whatever pod they are.</summary>
internal sealed class ReplaceOrder(ConnectionRegistry registry) : IOrderHandler
{
    public const string Name = "replace";

    public string Order => Name;

    public void Execute(ControlOrder order)
    {
        var ids = order.Arguments.GetProperty("connections").EnumerateArray().Select(id => Guid.Parse(id.GetString()!)).ToList();
        foreach (var connection in registry.All().Where(connection => ids.Exists(connection.Has))) connection.Close(CloseCode.Replaced);
    }
}
