using Gateway.Hosting.Options;

namespace Gateway.Connections;

internal static class ConnectionRegistration
{
    public static void AddClientConnections(this IServiceCollection services)
    {
        services.AddValidatedOptions<ConnectionOptions>("Connections");
        services.AddValidatedOptions<HeartbeatOptions>("Heartbeat");
        services.AddSingleton<Lifecycle>();
        services.AddSingleton<HeartbeatWheel>();
        services.AddHostedService(provider => provider.GetRequiredService<HeartbeatWheel>());
    }
}
