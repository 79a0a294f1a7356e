using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Listening;

/// <summary>Registered as a service by a feature that wraps every accepted connection, inside TLS.</summary>
public sealed record ConnectionMiddleware(Func<ConnectionDelegate, ConnectionDelegate> Wrap);

public static class ConnectionMiddlewareExtensions
{
    /// <summary>To be called for each endpoint after <c>UseHttps</c>, so that the middleware sees plain bytes.</summary>
    public static void UseConnectionMiddleware(this ListenOptions listen)
    {
        foreach (var middleware in listen.ApplicationServices.GetServices<ConnectionMiddleware>()) listen.Use(middleware.Wrap);
    }
}
