using System.ComponentModel.DataAnnotations;
using Gateway.Connections;
using Gateway.Registry;
using Gateway.WebSockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

/// <summary>
/// The shutdown on SIGTERM: readiness fails at once, new handshakes get 503, every client is told when to reconnect, and the
/// connections are closed evenly over the budget with 1001, each at the time its client was told. Ends when no connection is
/// left. Runs before Kestrel stops, which would reset them.
/// </summary>
internal sealed partial class Drain(
    ConnectionRegistry registry,
    GradualClose close,
    Lifecycle lifecycle,
    IOptions<DrainOptions> options,
    IOptions<ConnectionOptions> connections,
    TimeProvider time,
    ILogger<Drain> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifecycle.BeginDrain();
        Log.Started(logger, registry.Connections, options.Value.Budget);
        try
        {
            await close.RunAsync(CloseCode.GoingAway, cancellationToken);
            await WaitForClosedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The shutdown timeout of the host: the remaining connections are dropped below.
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

    /// <summary>Waits until the peers have answered the close; the heartbeat wheel drops those that do not.</summary>
    private async Task WaitForClosedAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var limit = TimeSpan.FromSeconds(connections.Value.CloseSeconds + 2);
        while (registry.Connections > 0 && time.GetElapsedTime(started) < limit) await Task.Delay(Step, time, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(3200, LogLevel.Information, "Draining {Connections} connections over {Budget}")]
        public static partial void Started(ILogger logger, int connections, TimeSpan budget);

        [LoggerMessage(3201, LogLevel.Information, "Drained; {Left} connections were dropped")]
        public static partial void Ended(ILogger logger, int left);
    }
}

/// <summary>How a pod shuts down on SIGTERM.</summary>
internal sealed class DrainOptions
{
    /// <summary>Over how long the closes are spread, so that the clients do not reconnect all at once. 0–10 min; default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Fails readiness from the beginning of the drain.</summary>
internal sealed class DrainHealthCheck(Lifecycle lifecycle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifecycle.Draining ? HealthCheckResult.Unhealthy("this gateway is shutting down") : HealthCheckResult.Healthy());
}
