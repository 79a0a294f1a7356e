using Gateway.Hosting.Settings;

namespace Gateway.Connections;

internal static class ConnectionRegistration
{
    public static void AddHeartbeat(this IServiceCollection services)
    {
        services.AddSettings<ConnectionSettings>("Connections");
        services.AddSettings<HeartbeatSettings>("Heartbeat");
        services.AddSingleton<Lifecycle>();
        services.AddSingleton<HeartbeatWheel>();
        services.AddHostedService(provider => provider.GetRequiredService<HeartbeatWheel>());
    }
}
