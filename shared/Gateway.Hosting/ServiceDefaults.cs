using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Hosting.Health;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Listening;
using Gateway.Hosting.Logging;
using Gateway.Hosting.Origins;
using Gateway.Hosting.Problems;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Hosting;

/// <param name="Name">The service's name in logs, in <c>/health</c> and in error texts: <c>gateway</c>.</param>
/// <param name="DefaultPort">The port if <c>Listen:Port</c> (<c>PORT</c>) is not set.</param>
public sealed record ServiceInfo(string Name, int DefaultPort);

/// <summary>What every service needs.</summary>
public static class ServiceDefaults
{
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, ServiceInfo info)
    {
        builder.Services.AddSingleton(info);
        builder.Services.TryAddSingleton(TimeProvider.System);

        builder.AddEnvironmentAliases();
        builder.AddOptionsValidation();
        builder.Services.ConfigureHttpJsonOptions(json => ConfigureJson(json.SerializerOptions));
        builder.AddServiceLogging();
        builder.AddListening(info);
        builder.Services.AddForwardedHeaderTrust();
        builder.Services.AddProblems();
        builder.Services.AddIdentity();
        builder.Services.AddOrigins();
        builder.Services.AddHealth();
        return builder;
    }

    /// <summary>To be called before any endpoint is mapped: a request passes the middleware in this order.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.UseForwardedHeaderTrust();
        app.UseProblems();
        app.UseCors();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapHealth();
        return app;
    }

    /// <summary>The JSON of every HTTP response: snake_case names, and no null values.</summary>
    private static void ConfigureJson(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // Responses are never part of a page, so < and > need no escape.
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }
}
