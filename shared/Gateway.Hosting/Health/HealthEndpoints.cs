using System.Globalization;
using Gateway.Bus;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

/// <summary>Which endpoints ask a health check.</summary>
public static class HealthTags
{
    /// <summary><c>/health/ready</c>: whether this service should get new clients. Asked at every probe, so the check must be quick.</summary>
    public const string Ready = "ready";

    internal const string Startup = "startup";
}

/// <summary>The number of connected clients, for <c>/health</c>; only the gateway has one.</summary>
public interface IConnectionCount
{
    int Count { get; }
}

internal static class HealthEndpoints
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddValidatedOptions<HealthOptions>("Health");
        services.AddHealthChecks().AddCheck<StartupHealthCheck>("startup", tags: [HealthTags.Startup]);
    }

    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in new[] { "/health/live", "/healthz" }) app.MapHealthChecks(path, Probe(tag: null, "unhealthy"));
        foreach (var path in new[] { "/health/ready", "/readyz" }) app.MapHealthChecks(path, Probe(HealthTags.Ready, "unready"));
        app.MapHealthChecks("/health/startup", Probe(HealthTags.Startup, "starting"));
        // Always 200: for people and older monitors.
        app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteSummaryAsync });
    }

    /// <param name="tag">Of the checks to run; none without a tag.</param>
    /// <param name="unhealthy">The status to report if one of them fails.</param>
    private static HealthCheckOptions Probe(string? tag, string unhealthy) => new()
    {
        Predicate = check => tag is not null && check.Tags.Contains(tag),
        ResponseWriter = (http, report) =>
        {
            var checks = tag == HealthTags.Ready ? report.Entries.Select(e => new Check(e.Key, IsHealthy(e.Value.Status) ? "ok" : "failed", e.Value.Description)) : [];
            return http.Response.WriteAsJsonAsync(new Report(IsHealthy(report.Status) ? "ok" : unhealthy, [.. checks]));
        },
    };

    private static bool IsHealthy(HealthStatus status) => status == HealthStatus.Healthy;

    private static Task WriteSummaryAsync(HttpContext http, HealthReport report)
    {
        var services = http.RequestServices;
        var bus = services.GetService<IBusHealth>()?.Current;
        var connections = services.GetService<IConnectionCount>()?.Count ?? 0;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var degraded = bus is { Connected: false };
        var summary = new Summary(degraded ? "degraded" : "healthy", services.GetRequiredService<ServiceInfo>().Name, connections, now, degraded ? bus?.Reason : null);
        return http.Response.WriteAsJsonAsync(summary);
    }

    private sealed record Check(string Name, string Status, string? Reason);

    private sealed record Report(string Status, IReadOnlyList<Check> Checks);

    private sealed record Summary(string Status, string Service, int Connections, string Timestamp, string? Reason);
}

/// <summary>Healthy once every part has started.</summary>
internal sealed class StartupHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting"));
}
