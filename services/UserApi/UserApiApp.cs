using System.ComponentModel.DataAnnotations;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Options;
using Gateway.Hosting.Problems;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using UserApi.Messages;
using UserApi.Tasks;

namespace UserApi;

/// <summary>The composition root: the HTTP endpoints with which users send messages and report on their tasks.</summary>
public static class UserApiApp
{
    public const int DefaultPort = 8081;

    /// <summary>Group of the endpoints and name of the OpenAPI document.</summary>
    internal const string Group = "user";

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(new ServiceInfo("user-api", DefaultPort));
        builder.AddBus(requireRedisInProduction: true);
        builder.AddUserApi();

        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapUserApi();
        return app;
    }

    public static WebApplicationBuilder AddUserApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<BodyOptions>("Limits");
        builder.Services.AddValidatedOptions<MessageOptions>("Rooms");
        builder.Services.AddValidatedOptions<TaskOptions>("Tasks");
        builder.Services.AddGatewayPublisher();
        builder.Services.AddPublishLimit();
        builder.Services.AddSingleton<CallerPublisher>();
        builder.Services.TryAddSingleton<TaskOwners>();
        builder.Services.AddApiDocument(Group, "Gateway user API", "Endpoints for users: messages to each other, chat, and the progress of their tasks.");
        return builder;
    }

    public static WebApplication MapUserApi(this WebApplication app)
    {
        var user = app.MapGroup("/api/v1/user").WithGroupName(Group).RequireAuthorization()
            .WithMetadata(new BodyLimit("Limits:MaxUserBodyBytes", app.Services.GetRequiredService<IOptions<BodyOptions>>().Value.MaxUserBodyBytes));
        user.MapMessages();
        user.MapTasks();
        app.MapApiDocument(Group);
        return app;
    }
}

/// <summary>Section <c>Limits</c>, for what users send over HTTP.</summary>
internal sealed class BodyOptions
{
    /// <summary>The largest body of a request, in bytes; the default is that of a WebSocket message. Default 65,536. Range 1,024–262,144.</summary>
    [Range(1024, Message.MaxBytes)]
    public int MaxUserBodyBytes { get; set; } = 64 * 1024;
}
