using Gateway.Publishing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static class PublisherRegistration
{
    /// <summary>
    /// Adds <see cref="GatewayPublisher"/>. Beside it a service needs a bus only: <c>AddRedisBus()</c>, or <c>AddInProcessBus()</c>
    /// where gateway and service are one process.
    /// </summary>
    public static IServiceCollection AddGatewayPublisher(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayPublisher>();
        return services;
    }
}
