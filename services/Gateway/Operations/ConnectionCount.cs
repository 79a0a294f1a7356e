using Gateway.Hosting.Health;
using Gateway.Registry;

namespace Gateway.Operations;

internal sealed class ConnectionCount(ConnectionRegistry registry) : IConnectionCount
{
    public int Count => registry.Connections;
}
