using Gateway.Dialects;
using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Sockets;

internal static class SocketRegistration
{
    public static void AddSockets(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<SocketSettings>("Sockets");
        builder.Services.AddSettings<LimitSettings>("Limits");
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<SessionServices>();
        builder.Services.AddSingleton<SessionFactory>();
        builder.Services.AddSingleton<Handshake>();
        // One byte: a flush ends when the kernel has everything, so that the 101 is out before the first direct write.
        builder.Services.Configure<SocketTransportOptions>(transport => transport.MaxWriteBufferSize = 1);
    }

    /// <summary>One dialect at one path.</summary>
    public static void MapSocket(this IEndpointRouteBuilder app, string path, Dialect dialect)
    {
        var handshake = app.ServiceProvider.GetRequiredService<Handshake>();
        app.MapGet(path, http => handshake.AcceptAsync(http, dialect)).ExcludeFromDescription();
    }
}
