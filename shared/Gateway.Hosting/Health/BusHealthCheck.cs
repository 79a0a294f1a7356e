using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gateway.Bus;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Health;

/// <summary>Healthy while the bus is connected, and for the grace after a connection was lost; not before the first connection.</summary>
internal sealed class BusHealthCheck(IBusHealth bus, IOptions<HealthOptions> options, TimeProvider time) : IHealthCheck
{
    private readonly TimeSpan _grace = options.Value.RedisGrace;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Error() is { } error ? HealthCheckResult.Unhealthy(error) : HealthCheckResult.Healthy());

    private string? Error()
    {
        var health = bus.Current;
        if (health.Connected || _grace == TimeSpan.Zero) return null;
        var away = time.GetUtcNow() - health.Since;
        if (health.WasConnected && away < _grace) return null;
        return string.Create(CultureInfo.InvariantCulture, $"not connected for {away.TotalSeconds:0} s: {health.Reason ?? "no reason known"}");
    }
}

/// <summary>Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>
    /// How long the bus may be down before readiness fails; 0 = it never fails, because an outage that all pods share would empty the
    /// Service and stop every reconnect. Before the first connection there is no grace. Default 30 s. Range 0–1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RedisGrace { get; set; } = TimeSpan.FromSeconds(30);
}
