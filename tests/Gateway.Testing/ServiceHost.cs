using Gateway.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Testing;

/// <summary>A service of the product on a free loopback port, in this process, with the settings of a command line.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private static readonly string[] Always =
    [
        "--Listen:Port=0", "--Listen:Address=127.0.0.1", "--Auth:Secret=" + Tokens.Secret, "--Drain:Budget=0.2",
    ];

    private readonly WebApplication _app;

    private ServiceHost(WebApplication app)
    {
        _app = app;
        Uri = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Uri };
    }

    public Uri Uri { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public GatewayPublisher Publisher => Services.GetRequiredService<GatewayPublisher>();

    /// <summary>Everything the service has logged, Trace included where its own filters let it through.</summary>
    public LogCapture Logs { get; private init; } = new();

    public static async Task<ServiceHost> StartAsync(Func<string[], WebApplication> create, params string[] settings)
    {
        var app = create([.. Always, .. settings]);
        var logs = new LogCapture();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        await app.StartAsync();
        return new ServiceHost(app) { Logs = logs };
    }

    /// <summary>A gateway; over <paramref name="redis"/>, or alone in its process without one.</summary>
    public static Task<ServiceHost> GatewayAsync(RedisServer? redis = null, params string[] settings) =>
        StartAsync(GatewayApp.Create, [.. redis?.Settings ?? [], .. settings]);

    /// <summary>What SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
