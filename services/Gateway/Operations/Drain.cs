using Gateway.Connections;
using Gateway.Hosting.Health;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

/// <summary>
/// SIGTERM: readiness fails at once, newcomers get 503, every client is told when to come back, and the sockets are closed evenly
/// over the budget with 1001. Runs before Kestrel stops: what it does not close would end in a reset.
/// </summary>
internal sealed partial class Drain(
    ConnectionRegistry registry,
    Lifecycle lifecycle,
    IOptions<DrainSettings> settings,
    IOptions<ConnectionSettings> connections,
    TimeProvider time,
    ILogger<Drain> logger) : IHostedLifecycleService, IReadiness
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public string Name => "drain";

    public string? Fault => lifecycle.Draining ? "this gateway is shutting down" : null;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifecycle.BeginDrain();
        var all = registry.All();
        Log.Begun(logger, all.Length, settings.Value.Budget);
        try
        {
            Announce(all);
            await CloseEvenlyAsync(all, cancellationToken);
            await GoneAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's own time limit: what is left is dropped below.
        }

        await lifecycle.EndAsync();
        foreach (var left in registry.All()) left.Abort();
        Log.Ended(logger, registry.Connections);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Announce(Connection[] all)
    {
        for (var i = 0; i < all.Length; i++)
        {
            var after = (int)(settings.Value.Budget.TotalMilliseconds * i / all.Length);
            if (all[i].Dialect.Drain(after, time.GetUtcNow()) is { } frame) all[i].Send(frame);
        }
    }

    private async Task CloseEvenlyAsync(Connection[] all, CancellationToken cancellation)
    {
        var steps = Math.Max(1, (int)(settings.Value.Budget / Step));
        for (int step = 0, next = 0; next < all.Length; step++)
        {
            for (var until = all.Length * (step + 1L) / steps; next < Math.Min(until, all.Length); next++) all[next].Close(CloseCode.GoingAway);
            if (next < all.Length) await Task.Delay(Step, time, cancellation);
        }
    }

    /// <summary>Peers that answer are gone in no time; the heartbeat wheel drops the others.</summary>
    private async Task GoneAsync(CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(connections.Value.CloseSeconds + 2);
        while (registry.Connections > 0 && time.GetUtcNow() < until) await Task.Delay(Step, time, cancellation);
    }
}
