using Gateway.Bus;
using Gateway.Publishing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static class PublisherRegistration
{
    /// <summary>
    /// Adds <see cref="GatewayPublisher"/>, which publishes through the bus that the service has registered: <c>AddRedisBus()</c>, or
    /// <c>AddInProcessBus()</c> where gateway and service are one process.
    /// </summary>
    public static IServiceCollection AddGatewayPublisher(this IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HistoryPolicies>();
        services.TryAddSingleton<GatewayPublisher>();
        return services;
    }

    /// <summary>
    /// Adds <see cref="GatewayPublisher"/> and the Redis it publishes to. A host is not needed: the connection is opened by the first message.
    /// </summary>
    /// <example>
    /// <code>
    /// await using var services = new ServiceCollection().AddGatewayPublisher("redis://:password@localhost:6379").BuildServiceProvider();
    /// var gateway = services.GetRequiredService&lt;GatewayPublisher&gt;();
    /// var result = await gateway.SendUserNotificationAsync("42", "Hello", "from a console program");
    /// Console.WriteLine(result.Status);
    /// </code>
    /// </example>
    /// <param name="services">The services of the program.</param>
    /// <param name="redisUri"><c>redis://:password@host:6379/0</c>; <c>rediss://</c> with TLS.</param>
    public static IServiceCollection AddGatewayPublisher(this IServiceCollection services, string redisUri) =>
        services.AddRedisPublisher(redisUri).AddGatewayPublisher();
}
