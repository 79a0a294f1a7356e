using Gateway.Hosting.Health;
using Gateway.Registry;

namespace Gateway.Operations;

/// <summary><c>GET /ws/stats</c>: counts of this pod, no names.</summary>
internal static class StatsEndpoint
{
    public static void MapStats(this IEndpointRouteBuilder app)
    {
        var uptime = app.ServiceProvider.GetRequiredService<Uptime>();
        app.MapGet("/ws/stats", (ConnectionRegistry registry) => new Stats(0, "success", new StatsData(
            registry.Connections, registry.Users, registry.Rooms, uptime.Seconds)));
    }

    internal sealed record Stats(int code, string message, StatsData data);

    internal sealed record StatsData(int total_clients, int online_users, int total_rooms, long uptime);
}

/// <summary>How long this process has been running.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public long Seconds => (long)time.GetElapsedTime(_started).TotalSeconds;
}

/// <summary>The connection count that <c>/health</c> shows.</summary>
internal sealed class ConnectionCount(ConnectionRegistry registry) : IConnectionCount
{
    public int Count => registry.Connections;
}
