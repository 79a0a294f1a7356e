using System.Net;
using System.Text.Json;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Servers.Plain;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.LoadTest.Servers.SignalR;

/// <summary>SignalR over WebSockets with its JSON protocol and groups, and JwtBearer.</summary>
internal static class SignalRServer
{
    public static async Task RunAsync(int port, RedisAddress redis, string prefix, string secret, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt => jwt.TokenValidationParameters = PlainTokens.Parameters(secret));
        builder.Services.AddAuthorization();
        // The load tool sends no SignalR pings and would be disconnected after 30 s.
        builder.Services.AddSignalR(signalr => signalr.ClientTimeoutInterval = TimeSpan.FromHours(1));
        await using var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHub<LoadHub>("/ws");
        await app.StartAsync(cancellation);
        using var feed = await RedisFeed.SubscribeAsync(redis, prefix, cancellation);
        await FanOutAsync(feed, app.Services.GetRequiredService<IHubContext<LoadHub>>(), cancellation);
    }

    private static async Task FanOutAsync(RedisFeed feed, IHubContext<LoadHub> hub, CancellationToken cancellation)
    {
        while (await feed.ReceiveAsync(cancellation))
        {
            while (feed.TryNext(out var target, out var payload))
            {
                var message = JsonSerializer.Deserialize<JsonElement>(payload);
                await hub.Clients.Group(target).SendAsync("message", message, cancellation);
            }
        }
    }
}
