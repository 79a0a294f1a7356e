using Gateway.Hosting.Control;

namespace Gateway.Control;

internal static class ControlRegistration
{
    public static void AddControl(this IServiceCollection services)
    {
        services.AddSingleton<ClosingWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ClosingWorker>());
        services.AddHostedService<RevokedConnections>();
        services.AddHostedService<BlacklistSearch>();
        services.AddSingleton<IOrderHandler, DisconnectOrder>();
        services.AddSingleton<IOrderHandler, DrainOrder>();
        services.AddSingleton<IOrderHandler, RestartOrder>();
        services.AddSingleton<IOrderHandler, StopOrder>();
        services.AddSingleton<IOrderHandler, StartOrder>();
        services.AddSingleton<IOrderHandler, BlacklistOrder>();
    }
}
