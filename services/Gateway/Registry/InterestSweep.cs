namespace Gateway.Registry;

/// <summary>Lets go of targets without members every two seconds: a client that comes straight back costs no subscription.</summary>
internal sealed class InterestSweep(ConnectionRegistry registry, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Linger, time);
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
