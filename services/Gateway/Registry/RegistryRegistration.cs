namespace Gateway.Registry;

internal static class RegistryRegistration
{
    public static void AddRegistry(this IServiceCollection services)
    {
        services.AddSingleton<ConnectionRegistry>();
        services.AddHostedService<InterestSweep>();
    }
}

/// <summary>Unsubscribes targets without members every two seconds, so that a client that reconnects at once costs no subscription.</summary>
internal sealed class InterestSweep(ConnectionRegistry registry, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await registry.SweepAsync();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
