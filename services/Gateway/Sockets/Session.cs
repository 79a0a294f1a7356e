using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Rooms;

namespace Gateway.Sockets;

/// <summary>One upgraded connection from its registration to its last byte.</summary>
internal sealed class Session(Connection connection, ReceiveLoop loop, Admission.Place place, SessionServices services)
{
    /// <summary>How long a newcomer's subscriptions may take before it is told that this pod is degraded; they follow later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

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
            services.Forget(connection);
            place.Dispose();
        }
    }

    private async Task OpenAsync()
    {
        var subscribed = services.Registry.AddAsync(connection);
        place.Settle();
        if (!subscribed.IsCompleted && services.Bus.Current.Connected) await WaitAsync(subscribed);
        // The drain closes whom it finds in the registry; who came in behind its look sees here that it has begun.
        if (services.Lifecycle.Draining) connection.Close(CloseCode.GoingAway);
        var degraded = !subscribed.IsCompletedSuccessfully;
        connection.Outbound.Open(connection.Dialect.Welcome(connection.Id, services.Time.GetUtcNow(), degraded));
        if (Rooms.Count > 0) await JoinRoomsAsync();
    }

    private async Task JoinRoomsAsync()
    {
        using var patience = new CancellationTokenSource(Patience, services.Time);
        foreach (var room in Rooms) await JoinAsync(room, patience.Token);
        Rooms = [];
    }

    private async Task JoinAsync(Target room, CancellationToken patience)
    {
        try
        {
            var outcome = await services.Membership.JoinAsync(connection, room, patience);
            if (outcome == JoinOutcome.Forbidden) Refuse(403, $"the policy of the room {room.RoomName} does not let you in");
            if (outcome == JoinOutcome.TooMany) Refuse(429, $"too many rooms: {room.RoomName} was not joined");
        }
        catch (OperationCanceledException)
        {
            // It is a member already; only the bus's word is outstanding, and that comes with the bus.
        }
        catch (BusUnavailableException)
        {
            Refuse(503, $"the message bus is not reachable: {room.RoomName} was not joined; try again");
        }
    }

    private void Refuse(int code, string text) => connection.Send(connection.Dialect.Error(null, code, text, services.Time.GetUtcNow()));

    private async Task WaitAsync(Task subscribed)
    {
        try
        {
            await subscribed.WaitAsync(Patience, services.Time, services.Lifecycle.Ended);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The welcome says degraded.
        }
    }
}
