using Gateway.Hosting.Options;

namespace Gateway.Connections;

internal static class ConnectionRegistration
{
    public static void AddHeartbeat(this IServiceCollection services)
    {
        services.AddValidatedOptions<ConnectionSettings>("Connections");
        services.AddValidatedOptions<HeartbeatSettings>("Heartbeat");
        services.AddSingleton<Lifecycle>();
        services.AddSingleton<HeartbeatWheel>();
        services.AddHostedService(provider => provider.GetRequiredService<HeartbeatWheel>());
    }
}
