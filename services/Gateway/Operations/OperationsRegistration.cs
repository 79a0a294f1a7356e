using Gateway.Api.Limits;
using Gateway.Connections;
using Gateway.Hosting.Health;
using Gateway.Hosting.Options;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

internal static class OperationsRegistration
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddValidatedOptions<DrainOptions>("Drain");
        services.AddPublishLimit();
        services.AddSingleton<Uptime>();
        services.AddSingleton<IConnectionCount, ConnectionCount>();
        services.AddSingleton<GradualClose>();
        services.AddSingleton<Drain>();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("drain", tags: [HealthTags.Ready]);
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>, IOptions<ConnectionOptions>>((host, drain, connections) =>
            host.ShutdownTimeout = drain.Value.Budget + TimeSpan.FromSeconds(connections.Value.CloseSeconds + 8));
    }
}
