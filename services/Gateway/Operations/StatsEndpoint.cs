using Gateway.Registry;

namespace Gateway.Operations;

/// <summary>Contract C15: counts of this pod, no names.</summary>
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
