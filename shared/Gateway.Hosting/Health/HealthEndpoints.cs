using Gateway.Bus;
using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

internal static class HealthEndpoints
{
    public static void AddHealth(this IServiceCollection services) => services.AddSettings<HealthSettings>("Health");

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Answer([]));
        app.MapGet("/healthz", () => Answer([]));
        app.MapGet("/health/ready", (IEnumerable<IReadiness> parts) => Answer(parts));
        app.MapGet("/readyz", (IEnumerable<IReadiness> parts) => Answer(parts));
        app.MapGet("/health/startup", (IHostApplicationLifetime lifetime) =>
            lifetime.ApplicationStarted.IsCancellationRequested ? Answer([]) : Results.Json(new Report("starting", []), statusCode: 503));
        app.MapGet("/health", Summary);
    }

    private static IResult Answer(IEnumerable<IReadiness> parts)
    {
        var checks = parts.Select(p => new Check(p.Name, p.Fault is null ? "ok" : "failed", p.Fault)).ToList();
        var failed = checks.Exists(c => c.Reason is not null);
        return Results.Json(new Report(failed ? "unready" : "ok", checks), statusCode: failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    /// <summary>Always 200: it is read by people and older monitors; probes ask the others.</summary>
    private static IResult Summary(ServiceInfo service, TimeProvider time, IServiceProvider services)
    {
        var bus = services.GetService<IBusHealth>()?.Current;
        return Results.Json(new
        {
            status = bus is { Connected: false } ? "degraded" : "healthy",
            service = service.Name,
            connections = services.GetService<IConnectionCount>()?.Count ?? 0,
            timestamp = time.GetUtcNow(),
            reason = bus?.Reason,
        });
    }

    private sealed record Check(string Name, string Status, string? Reason);

    private sealed record Report(string Status, IReadOnlyList<Check> Checks);
}
