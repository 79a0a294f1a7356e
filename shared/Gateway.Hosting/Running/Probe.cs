using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using Gateway.Hosting.Listening;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Running;

/// <summary>Asks the running service of this container whether it is alive: a health check for images without curl.</summary>
internal static class Probe
{
    public const string Argument = "--probe";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(IServiceProvider services)
    {
        var url = Url(services.GetRequiredService<IOptions<ListeningOptions>>().Value, services.GetRequiredService<ServiceInfo>());
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = AnyCertificate() };
            using var client = new HttpClient(handler) { Timeout = Limit };
            using var response = await client.GetAsync(url);
            if (response.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync($"{url} responded with {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} did not respond: {e.Message}");
        }

        return 1;
    }

    private static Uri Url(ListeningOptions listen, ServiceInfo service)
    {
        var any = listen.Address is null or "0.0.0.0" or "::";
        var scheme = listen.Certificate is null ? "http" : "https";
        return new UriBuilder(scheme, any ? IPAddress.Loopback.ToString() : listen.Address, listen.Port ?? service.DefaultPort, "/health/live").Uri;
    }

    [SuppressMessage("Security", "CA5359", Justification = "The certificate is for the service's public name, and nothing is sent but GET /health/live.")]
    private static SslClientAuthenticationOptions AnyCertificate() => new() { RemoteCertificateValidationCallback = (_, _, _, _) => true };
}
