using Gateway.Dialects;
using Gateway.Hosting.Control;
using Gateway.Hosting.Options;

namespace Gateway.Handshake;

internal static class HandshakeRegistration
{
    public static void AddHandshake(this IServiceCollection services)
    {
        services.AddValidatedOptions<LimitOptions>("Limits");
        services.AddSingleton<DialectSlots>();
        services.AddSingleton<Admission>();
        services.AddSingleton<ClusterUserLimit>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterUserLimit>());
        services.AddSingleton<IOrderHandler, ReplaceOrder>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<SessionServices>();
        services.AddSingleton<SessionFactory>();
        services.AddSingleton<HandshakeEndpoint>();
    }

    /// <summary>Serves one dialect at one path.</summary>
    public static void MapSocket(this IEndpointRouteBuilder app, string path, Dialect dialect)
    {
        app.ServiceProvider.GetRequiredService<DialectSlots>().Assign(dialect);
        var handshake = app.ServiceProvider.GetRequiredService<HandshakeEndpoint>();
        app.MapGet(path, http => handshake.InvokeAsync(http, dialect)).ExcludeFromDescription();
    }
}
