using Gateway.Bus;
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

/// <summary>Writes this pod's presence until the drain has closed its connections.</summary>
internal sealed class PresenceWriter(IPresence presence, PresenceEntries entries, IOptions<PresenceOptions> options) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Enabled ? presence.RunAsync(entries, stoppingToken) : Task.CompletedTask;
}
