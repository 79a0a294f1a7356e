using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.Rooms;
using Gateway.Telemetry;
using Gateway.WebSockets;

namespace Gateway.Handshake;

/// <summary>One upgraded connection, from its registration to its last byte.</summary>
internal sealed class Session(Connection connection, ReceiveLoop loop, ConnectionLease lease, SessionServices services)
{
    /// <summary>How long the subscriptions of a new connection may take before its welcome says <c>degraded</c>; they follow later.</summary>
    private static readonly TimeSpan SubscriptionTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Rooms of the query and of the token's claim <c>subscribe</c>, dropped once they are joined.</summary>
    public IReadOnlyList<Target> Rooms { get; set; } = [];

    public async Task RunAsync()
    {
        try
        {
            await OpenAsync();
            await loop.RunAsync();
        }
        finally
        {
            services.Remove(connection);
            lease.Dispose();
        }
    }

    private async Task OpenAsync()
    {
        var subscribed = services.Registry.AddAsync(connection);
        services.Admission.EnforceUserLimit(connection.Caller.UserId);
        if (!subscribed.IsCompleted && services.Bus.Current.Connected) await WaitAsync(subscribed);

        // The drain closes the connections it finds in the registry; one that was registered after that look is closed here.
        if (services.Lifecycle.Draining) connection.Close(CloseCode.GoingAway);
        var degraded = !subscribed.IsCompletedSuccessfully;
        connection.Outbound.Open(connection.Dialect.Welcome(connection.Id, services.Time.GetUtcNow(), degraded));
        if (Rooms.Count > 0) await JoinRoomsAsync();
    }

    private async Task JoinRoomsAsync()
    {
        using var timeout = new CancellationTokenSource(SubscriptionTimeout, services.Time);
        foreach (var room in Rooms) await JoinAsync(room, timeout.Token);
        Rooms = [];
    }

    private async Task JoinAsync(Target room, CancellationToken timeout)
    {
        try
        {
            var outcome = await services.Membership.JoinAsync(connection, room, timeout);
            if (outcome == JoinOutcome.Forbidden) SendError(403, $"the policy of the room {room.RoomName} does not let you in");
            if (outcome == JoinOutcome.TooMany) SendError(429, $"too many rooms: {room.RoomName} was not joined");
        }
        catch (OperationCanceledException)
        {
            // The connection is a member already; its messages arrive once the bus has confirmed the subscription.
        }
        catch (BusUnavailableException)
        {
            SendError(503, $"the message bus is not reachable: {room.RoomName} was not joined; try again");
        }
    }

    private void SendError(int code, string text) => connection.Send(connection.Dialect.Error(null, code, text, services.Time.GetUtcNow()));

    private async Task WaitAsync(Task subscribed)
    {
        try
        {
            await subscribed.WaitAsync(SubscriptionTimeout, services.Time, services.Lifecycle.Ended);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or BusUnavailableException)
        {
            // The welcome says degraded.
        }
    }
}

/// <summary>What every session uses, held once.</summary>
internal sealed record SessionServices(
    ConnectionRegistry Registry,
    Admission Admission,
    Membership Membership,
    IBusHealth Bus,
    HeartbeatWheel Wheel,
    Lifecycle Lifecycle,
    GatewayMetrics Metrics,
    TimeProvider Time)
{
    public void Remove(Connection connection)
    {
        Wheel.Remove(connection.Liveness);
        Registry.Remove(connection);
        Metrics.Closed(connection.Closed.Code);
    }
}
