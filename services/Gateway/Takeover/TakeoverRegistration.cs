using Gateway.Hosting.Listening;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gateway.Takeover;

internal static class TakeoverRegistration
{
    public static void AddTakeover(this IServiceCollection services)
    {
        services.AddValidatedOptions<TakeoverOptions>("Sockets");
        services.AddSingleton<HttpHeartbeat>();
        services.AddHostedService(provider => provider.GetRequiredService<HttpHeartbeat>());
        services.AddSingleton(CreateMiddleware);

        // Process-wide. For the direct output: with a write buffer of one byte a flush completes when the kernel has everything,
        // so that the 101 is sent before the first direct write. For a client that sends while its command is waiting: beyond this
        // read buffer its bytes stay in the kernel, and TCP stops it.
        services.Configure<SocketTransportOptions>(transport =>
        {
            transport.MaxWriteBufferSize = 1;
            transport.MaxReadBufferSize = 64 * 1024;
        });
    }

    private static ConnectionMiddleware CreateMiddleware(IServiceProvider provider)
    {
        var heartbeat = provider.GetRequiredService<HttpHeartbeat>();
        return new ConnectionMiddleware(provider.GetRequiredService<IOptions<TakeoverOptions>>().Value.Takeover
            ? ConnectionTakeover.Middleware(heartbeat)
            : ConnectionTakeover.MiddlewareInsideRequest(heartbeat));
    }
}

/// <summary>How a connection leaves HTTP.</summary>
internal sealed class TakeoverOptions
{
    /// <summary>
    /// True (default): after the handshake the connection leaves HTTP, and the memory of its request is freed. False keeps it inside its
    /// request, which costs about 6 KiB more per connection: the fallback for a server version that does not leave the transport open.
    /// </summary>
    public bool Takeover { get; set; } = true;
}
