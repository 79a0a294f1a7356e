using System.Net;
using System.Net.Sockets;
using AdminApi;
using Gateway;
using Gateway.Hosting;
using Gateway.Hosting.Listening;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using UserApi;

namespace Standalone;

/// <summary>All three services in one process on the in-process bus: for evaluation, and for tests of programs that use them.</summary>
public static class StandaloneApp
{
    /// <summary>Neither Production, which requires Redis, nor Development, which reads the developer's user secrets.</summary>
    private const string EnvironmentName = "Standalone";

    public static WebApplication Create(string[] args)
    {
        var tokens = new TrialTokens(TimeProvider.System);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args, EnvironmentName = EnvironmentName, ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(Settings(tokens));

        builder.AddServiceDefaults(GatewayApp.Info with { Name = "standalone" });
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        builder.AddAdminApi();
        builder.AddUserApi();
        builder.WebHost.ConfigureKestrel(ListenOnIPv6Too);
        // The printed text contains what these two would log.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning).AddFilter("Gateway.Hosting.SingleInstanceWarning", LogLevel.Error);

        var app = builder.Build();
        app.UseLoopbackHosts();
        app.Use(new TestPage(tokens).InvokeAsync);
        app.MapServiceDefaults();
        app.MapGateway();
        app.MapAdminApi();
        app.MapUserApi();
        app.Lifetime.ApplicationStarted.Register(() => Console.Out.Write(Trial.Text(new Uri(app.Urls.First()).Port, tokens)));
        return app;
    }

    /// <summary>
    /// These settings override the environment: a shell that is set up for a real service must neither open this process to the network nor
    /// give it a key or a Redis.
    /// </summary>
    private static Dictionary<string, string?> Settings(TrialTokens tokens) => new()
    {
        ["Listen:Address"] = "127.0.0.1",
        ["Listen:Certificate"] = "",
        ["Listen:CertificateKey"] = "",
        ["Redis:Host"] = "",
        ["Redis:Uri"] = "",
        ["Auth:Secret"] = tokens.Secret,
        ["Auth:PublicKey"] = "",
        ["Auth:Authority"] = "",
        ["Auth:Issuer"] = "",
        ["Auth:Audience"] = "",
        // So that Ctrl+C ends the process at once.
        ["Drain:Budget"] = "0",
    };

    /// <summary>Some programs resolve <c>localhost</c> to ::1 only. Port 0, which tests use, would give this address another port.</summary>
    private static void ListenOnIPv6Too(KestrelServerOptions kestrel)
    {
        var info = kestrel.ApplicationServices.GetRequiredService<ServiceInfo>();
        var port = kestrel.ApplicationServices.GetRequiredService<IOptions<ListeningOptions>>().Value.Port ?? info.DefaultPort;
        if (port == 0 || !HasIPv6Loopback()) return;
        kestrel.Listen(IPAddress.IPv6Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseConnectionMiddleware();
        });
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
