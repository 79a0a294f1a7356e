namespace Gateway.Registry;

internal static class RegistryRegistration
{
    public static void AddRegistry(this IServiceCollection services)
    {
        services.AddSingleton<ConnectionRegistry>();
        services.AddHostedService<InterestSweep>();
    }
}
