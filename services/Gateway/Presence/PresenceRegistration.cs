using Gateway.Bus;
using Gateway.Handshake;
using Gateway.Hosting.Options;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Presence;

internal static class PresenceRegistration
{
    public static void AddPresence(this IServiceCollection services)
    {
        services.AddValidatedOptions<PresenceOptions>("Presence");
        services.AddSingleton<PresenceTracker>();
        services.AddSingleton<MembershipObserver>(provider => provider.GetRequiredService<PresenceTracker>());
        services.AddSingleton<PresenceEntries>();
        services.AddHostedService<PresenceWriter>();
    }
}

/// <summary>Keeps this pod's lease and writes its presence until the drain has closed its connections. The limit per user needs the lease too.</summary>
internal sealed class PresenceWriter(IPresence presence, PresenceEntries entries, IOptions<PresenceOptions> options, IOptions<LimitOptions> limits) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Enabled || limits.Value.MaxConnectionsPerUser > 0 ? presence.RunAsync(entries, stoppingToken) : Task.CompletedTask;
}
