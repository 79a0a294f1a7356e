using System.Net;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers.Plain;

/// <summary>
/// The common implementation: ASP.NET Core, System.Net.WebSockets, a bounded channel and a SendAsync loop for each
/// connection. The handshake validates tokens with the package that the product uses.
/// </summary>
internal static class PlainServer
{
    public static async Task RunAsync(int port, RedisAddress redis, string prefix, string secret, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var rooms = new PlainRooms();
        var tokens = new PlainTokens(secret);
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Map("/ws", async context =>
        {
            if (tokens.UserOf(context.Request) is not { } user)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await new PlainConnection(socket, rooms).RunAsync($"user:{user}", context.RequestAborted);
        });
        await app.StartAsync(cancellation);
        using var feed = await RedisFeed.SubscribeAsync(redis, prefix, cancellation);
        await FanOutAsync(feed, rooms, cancellation);
    }

    private static async Task FanOutAsync(RedisFeed feed, PlainRooms rooms, CancellationToken cancellation)
    {
        while (await feed.ReceiveAsync(cancellation))
        {
            while (feed.TryNext(out var target, out var payload))
            {
                // One copy for all: the senders read it after the feed has continued.
                var message = payload.ToArray();
                foreach (var connection in rooms.MembersOf(target))
                    if (!connection.TryEnqueue(message)) await connection.EnqueueAsync(message, cancellation);
            }
        }
    }
}
