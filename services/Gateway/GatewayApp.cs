using Gateway.Commands;
using Gateway.Connections;
using Gateway.Control;
using Gateway.Delivery;
using Gateway.Dialects.Native;
using Gateway.Handshake;
using Gateway.Hosting;
using Gateway.Operations;
using Gateway.Presence;
using Gateway.Recovery;
using Gateway.Registry;
using Gateway.Rooms;
using Gateway.Takeover;
using Gateway.Telemetry;

namespace Gateway;

/// <summary>The composition root: one line per feature folder, one per endpoint.</summary>
public static class GatewayApp
{
    public static ServiceInfo Info { get; } = new("gateway", 8087);

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(Info);
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGateway();
        return app;
    }

    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddHandshake();
        builder.Services.AddTakeover();
        builder.Services.AddClientConnections();
        builder.Services.AddCommands();
        builder.Services.AddRooms();
        builder.Services.AddRegistry();
        builder.Services.AddPresence();
        builder.Services.AddRecovery();
        builder.Services.AddDelivery();
        builder.Services.AddOperations();
        builder.Services.AddControl();
        builder.Services.AddTelemetry();
        builder.Services.AddGatewayPublisher();
        builder.AddInbox();
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapSocket("/ws", new NativeDialect());
        app.MapTickets();
        app.MapStats();
        app.MapAdmin();
        app.MapOnlineUsers();
        app.MapMessages();
        return app;
    }
}
