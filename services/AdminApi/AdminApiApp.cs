using AdminApi.Notifications;
using AdminApi.Publish;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Hosting;

namespace AdminApi;

/// <summary>The composition root: the HTTP endpoints with which services publish to clients.</summary>
public static class AdminApiApp
{
    public const int DefaultPort = 8083;

    /// <summary>Group of the endpoints and name of the OpenAPI document.</summary>
    internal const string Group = "admin";

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(new ServiceInfo("admin-api", DefaultPort));
        builder.AddBus(requireRedisInProduction: true);
        builder.AddAdminApi();

        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapAdminApi();
        return app;
    }

    public static WebApplicationBuilder AddAdminApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddGatewayPublisher();
        builder.Services.AddPublishLimit();
        builder.Services.AddSingleton<ItemPublisher>();
        builder.Services.AddApiDocument(Group, "Gateway admin API", "Endpoints for services: publish any message to any target, and send notifications.");
        return builder;
    }

    public static WebApplication MapAdminApi(this WebApplication app)
    {
        var admin = app.MapGroup("").WithGroupName(Group).RequireAuthorization();
        admin.MapPublish();
        admin.MapNotifications();
        app.MapApiDocument(Group);
        return app;
    }
}
