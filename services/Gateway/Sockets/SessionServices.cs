using Gateway.Bus;
using Gateway.Connections;
using Gateway.Registry;
using Gateway.Rooms;
using Gateway.Telemetry;

namespace Gateway.Sockets;

/// <summary>What every session uses, held once.</summary>
internal sealed record SessionServices(
    ConnectionRegistry Registry, Membership Membership, IBusHealth Bus, HeartbeatWheel Wheel, Lifecycle Lifecycle, GatewayMetrics Metrics, TimeProvider Time)
{
    public void Forget(Connection connection)
    {
        Wheel.Remove(connection.Liveness);
        Registry.Remove(connection);
        Metrics.Closed(connection.Closed.Code);
    }
}
