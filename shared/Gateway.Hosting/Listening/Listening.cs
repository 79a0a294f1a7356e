using System.Net;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Listening;

internal static class Listening
{
    public static void AddListening(this WebApplicationBuilder builder, ServiceInfo info)
    {
        builder.Services.AddValidatedOptions<ListeningOptions>("Listen");
        // Base images set ASPNETCORE_HTTP_PORTS; only the section Listen counts.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "").UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.Services.AddSingleton<ListenFailure>();
        builder.Services.AddSingleton<AcceptLimit>();
        // Kestrel asks the transport that was registered last first.
        builder.Services.AddSingleton<IConnectionListenerFactory, LimitedTransportFactory>();
        StoppingServer.Install(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, info));
    }

    private static void Configure(KestrelServerOptions kestrel, ServiceInfo info)
    {
        var settings = kestrel.ApplicationServices.GetRequiredService<IOptions<ListeningOptions>>().Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = OrInfinite(settings.HeaderTimeout);
        kestrel.Limits.KeepAliveTimeout = OrInfinite(settings.KeepAliveTimeout);
        kestrel.Limits.MaxRequestBodySize = settings.MaxBodyBytes == 0 ? null : settings.MaxBodyBytes;
        var port = settings.Port ?? info.DefaultPort;
        if (settings.Address is null) kestrel.ListenAnyIP(port, listen => Configure(listen, settings));
        else kestrel.Listen(IPAddress.Parse(settings.Address), port, listen => Configure(listen, settings));
    }

    private static void Configure(ListenOptions listen, ListeningOptions settings)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (settings.Certificate is not null) listen.UseHttps(ServerCertificate.Read(settings.Certificate, settings.CertificateKey));
        listen.UseConnectionMiddleware();
    }

    private static TimeSpan OrInfinite(TimeSpan limit) => limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit;
}
