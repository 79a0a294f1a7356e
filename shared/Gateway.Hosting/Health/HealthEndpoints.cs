using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Bus;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

internal static class HealthEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void AddHealth(this IServiceCollection services) => services.AddValidatedOptions<HealthOptions>("Health");

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("").ExcludeFromDescription();
        health.MapGet("/health/live", () => Answer([]));
        health.MapGet("/healthz", () => Answer([]));
        health.MapGet("/health/ready", (IEnumerable<IReadiness> parts) => Answer(parts));
        health.MapGet("/readyz", (IEnumerable<IReadiness> parts) => Answer(parts));
        health.MapGet("/health/startup", Started);
        health.MapGet("/health", Summary);
    }

    private static IResult Started(IHostApplicationLifetime lifetime) =>
        Answer([], lifetime.ApplicationStarted.IsCancellationRequested ? null : "starting");

    private static IResult Answer(IEnumerable<IReadiness> parts, string? fault = null)
    {
        var checks = parts.Select(part => Check.Of(part.Name, part.Fault)).ToList();
        fault ??= checks.Exists(check => check.Reason is not null) ? "unready" : null;
        return Results.Json(new Report(fault ?? "ok", checks), Json, statusCode: fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Always 200: it is read by people and older monitors; probes ask the others.</summary>
    private static IResult Summary(ServiceInfo service, TimeProvider time, IServiceProvider services)
    {
        var bus = services.GetService<IBusHealth>()?.Current;
        var connections = services.GetService<IConnectionCount>()?.Count ?? 0;
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var degraded = bus is { Connected: false };
        return Results.Json(new Health(degraded ? "degraded" : "healthy", service.Name, connections, now, degraded ? bus?.Reason : null), Json);
    }

    private sealed record Check(string Name, string Status, string? Reason)
    {
        public static Check Of(string name, string? fault) => new(name, fault is null ? "ok" : "failed", fault);
    }

    private sealed record Report(string Status, IReadOnlyList<Check> Checks);

    private sealed record Health(string Status, string Service, int Connections, string Timestamp, string? Reason);
}
