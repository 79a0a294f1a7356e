using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.Rooms;
using Gateway.Telemetry;
using Gateway.WebSockets;

namespace Gateway.Handshake;

/// <summary>One upgraded connection, from its registration to its last byte.</summary>
internal sealed partial class Session(Connection connection, ReceiveLoop loop, ConnectionLease lease, SessionServices services)
{
    private readonly long _opened = services.Time.GetTimestamp();

    /// <summary>Rooms of the query and of the token's claim <c>subscribe</c>, dropped once they are joined.</summary>
    public IReadOnlyCollection<Target> Rooms { get; set; } = [];

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
            LogClosed();
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

    /// <summary>Joins the rooms of the handshake, which stay wanted while the bus is down: one timeout for all of them.</summary>
    private async Task JoinRoomsAsync()
    {
        using var timeout = new CancellationTokenSource(Membership.ConfirmTimeout, services.Time);
        foreach (var room in Rooms) await JoinAsync(room, timeout.Token);
        Rooms = [];
    }

    private async Task JoinAsync(Target room, CancellationToken timeout)
    {
        try
        {
            var outcome = await services.Membership.JoinAsync(connection, room, keepUnconfirmed: true, timeout);
            if (outcome == JoinOutcome.Forbidden) SendError(403, $"the policy of the room {room.RoomName} does not let you in");
            if (outcome == JoinOutcome.TooMany) SendError(429, $"{room.RoomName} was not joined: too many rooms (Rooms:MaxPerConnection)");
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or BusUnavailableException)
        {
            // A member waits for the bus to confirm the subscription. Without the owner of a task there is no membership.
            if (!ConnectionRegistry.IsMember(connection, room)) SendError(503, $"the message bus is not reachable: {room.RoomName} was not joined; try again");
        }
    }

    private void LogClosed()
    {
        var (code, text) = connection.Closed;
        var duration = services.Time.GetElapsedTime(_opened);
        Log.Closed(services.Logger, connection.Id, connection.Caller.UserId, code, text.Length > 0 ? text : "closed by the client", duration.TotalSeconds);
    }

    private void SendError(int code, string text) => connection.Send(connection.Dialect.Error(null, code, text, services.Time.GetUtcNow()));

    private async Task WaitAsync(Task subscribed)
    {
        try
        {
            await subscribed.WaitAsync(Membership.ConfirmTimeout, services.Time, services.Lifecycle.Ended);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or BusUnavailableException)
        {
            // The welcome says degraded.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Information, "Closed {ConnectionId} of user {UserId}: {Code} {Reason}, after {Seconds:0.0} s")]
        public static partial void Closed(ILogger logger, string connectionId, string userId, int code, string reason, double seconds);
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
    TimeProvider Time,
    ILogger<Session> Logger)
{
    public void Remove(Connection connection)
    {
        Wheel.Remove(connection.Liveness);
        Registry.Remove(connection);
        Metrics.Closed(connection.Closed.Code);
    }
}
