using Gateway.Bus;
using Gateway.Connections;
using Gateway.Hosting.Control;
using Gateway.Operations;
using Gateway.Registry;
using Gateway.WebSockets;

namespace Gateway.Control;

/// <summary><c>disconnect {connection_id | user_id}</c>: closes with 1008, so that the clients do not reconnect by themselves.</summary>
internal sealed class DisconnectOrder(ConnectionRegistry registry) : IOrderHandler
{
    private static readonly CloseCode Reason = CloseCode.Policy.Because("disconnected by an operator");

    public string Order => Orders.Disconnect;

    public void Execute(ControlOrder order)
    {
        if (Guid.TryParse(order.Text("connection_id"), out var id)) Close(connection => connection.Has(id));
        else if (order.Text("user_id") is { } user) Close(connection => connection.Caller.UserId == user);
    }

    /// <summary>All connections are looked through, because one that waits for the bus is not a member of its user yet.</summary>
    private void Close(Func<Connection, bool> isMeant)
    {
        foreach (var connection in registry.All().Where(isMeant)) connection.Close(Reason);
    }
}
