using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Recovery;
using Gateway.Registry;
using Gateway.Rooms;
using Gateway.Telemetry;
using Gateway.WebSockets;

namespace Gateway.Handshake;

/// <summary>One upgraded connection, from its registration to its last byte.</summary>
internal sealed partial class Session(Connection connection, ReceiveLoop loop, ConnectionLease lease, SessionServices services)
{
    private readonly long _opened = services.Time.GetTimestamp();
    private PendingTargets? _pending;

    /// <summary>What the handshake asked for; dropped once it is joined.</summary>
    public RequestedTargets Targets { get; set; } = RequestedTargets.None;

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
            if (_pending is not null) await _pending.EndAsync();
            services.Admission.Release(lease);
            LogClosed();
        }
    }

    private async Task OpenAsync()
    {
        services.Registry.Add(connection);
        var joins = new JoinSet(connection, services.Replays);
        try
        {
            await JoinAsync(joins);
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected while it was sent what it had missed.
            joins.Abandon();
        }
    }

    private async Task JoinAsync(JoinSet joins)
    {
        services.Admission.EnforceUserLimit(connection.Caller.UserId);
        joins.Add(Target.All, Targets.CursorOf(Target.All));
        var user = Target.User(connection.Caller.UserId);
        joins.Add(user, Targets.CursorOf(user));
        foreach (var room in Targets.Rooms) await AddAsync(joins, room);
        Targets = RequestedTargets.None;
        await ConfirmAsync(joins);

        // A drain, an order to stop and a revocation close the connections they find in the registry; one that was registered after that
        // look is closed here.
        if (services.Lifecycle.Draining || services.Lifecycle.Stopped) connection.Close(CloseCode.GoingAway);
        if (services.Revocations.IsRevoked(connection.Caller)) connection.Close(CloseCode.Forbidden);
        var results = joins.Results;
        var cursor = Cursor.Write(results.Where(joined => joined.Place is not null).Select(joined => (joined.Target, joined.Place!.Value)));
        connection.Outbound.Open(connection.Dialect.Welcome(new Welcome(connection.Id, joins.HasPending, cursor is "" ? null : cursor), services.Time.GetUtcNow()));
        Report(results);
        await joins.ReplayAsync(connection.Disconnected);
        if (joins.HasPending) _pending = new PendingTargets(connection, joins, services);
    }

    /// <summary>Begins to join a room; what the policies and limits refuse is told after the welcome.</summary>
    private async Task AddAsync(JoinSet joins, Target room)
    {
        try
        {
            var refused = await services.Membership.CheckAsync(connection, room, joins.RoomCount, services.Lifecycle.Ended);
            if (refused is null) joins.Add(room, Targets.CursorOf(room));
            else if (refused == JoinOutcome.TooMany) joins.Add(Failed(room, 429, $"{room.RoomName} was not joined: too many rooms (Rooms:MaxPerConnection)"));
            else joins.Add(Failed(room, 403, $"the policy of the room {room.RoomName} does not let you in"));
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or BusUnavailableException)
        {
            joins.Add(Failed(room, 503, $"the message bus is not reachable: {room.RoomName} was not joined; try again"));
        }
    }

    private async Task ConfirmAsync(JoinSet joins)
    {
        try
        {
            await joins.ConfirmAsync(services.Bus.Current.Connected ? Membership.ConfirmTimeout : TimeSpan.Zero, services.Lifecycle.Ended);
        }
        catch (OperationCanceledException)
        {
            // The welcome says degraded.
        }
    }

    private void Report(List<ResumedTarget> results)
    {
        foreach (var failed in results.Where(result => result.Error is not null))
            connection.Send(connection.Dialect.Error(null, failed.Error!.Code, failed.Error.Message, services.Time.GetUtcNow()));
        var lost = results.FindAll(result => result.IsRecovered == false);
        if (lost.Count > 0 && connection.Dialect.Resumed(lost, services.Time.GetUtcNow()) is { } frame) connection.Send(frame);
    }

    private static ResumedTarget Failed(Target room, int code, string text) => new(room, null, null, new ResumeError(code, text));

    private void LogClosed()
    {
        var (code, text) = connection.Closed;
        var duration = services.Time.GetElapsedTime(_opened);
        Log.Closed(services.Logger, connection.Id, connection.Caller.UserId, code, text.Length > 0 ? text : "closed by the client", duration.TotalSeconds);
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
    ReplayServices Replays,
    IBusHealth Bus,
    HeartbeatWheel Wheel,
    Lifecycle Lifecycle,
    Revocations Revocations,
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
