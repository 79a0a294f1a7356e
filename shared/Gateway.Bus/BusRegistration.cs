using System.Net;
using Gateway.Bus.InProcess;
using Gateway.Bus.Recovery;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Control;
using Gateway.Bus.Redis.History;
using Gateway.Bus.Redis.Inbox;
using Gateway.Bus.Redis.Presence;
using Gateway.Bus.Redis.Publishing;
using Gateway.Bus.Redis.Subscribing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Bus;

/// <summary>Registers one of the two implementations of the bus.</summary>
public static class BusRegistration
{
    /// <summary>The bus of several pods, configured by <see cref="RedisOptions"/>. A service starts without waiting for Redis.</summary>
    public static IServiceCollection AddRedisBus(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BusMetrics>();
        services.TryAddSingleton<HostResolver>(Dns.GetHostAddresses);
        services.TryAddSingleton<HistoryPolicies>();
        services.AddSingleton<HistoryScriptLoader>();
        services.AddSingleton<PublishCheck>();
        services.AddSingleton<RedisConnector>();
        services.AddSingleton<RedisConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
        services.AddSingleton<RedisSubscriber>();
        services.AddSingleton<IMessageSubscriber>(provider => ActivatorUtilities.CreateInstance<RecoveringSubscriber>(provider, provider.GetRequiredService<RedisSubscriber>()));
        services.AddSingleton<IMessagePublisher, RedisPublisher>();
        services.AddSingleton<IMessageHistory, RedisHistory>();
        services.AddSingleton<RedisRequests>();
        services.AddSingleton<IStateStore, RedisStateStore>();
        services.AddSingleton<IControlChannel, RedisControlChannel>();
        services.AddSingleton<ITokenBlacklist, RedisTokenBlacklist>();
        services.AddSingleton<PodLease>();
        services.AddSingleton<PresenceStore>();
        services.AddSingleton<PresenceReader>();
        services.AddSingleton<IPresence, RedisPresence>();
        services.AddSingleton<IConnectionSlots, RedisConnectionSlots>();
        return services.AddSingleton<IBusHealth, RedisHealth>();
    }

    /// <summary>Serves the inbox: for processes that <see cref="AddRedisBus"/>.</summary>
    public static IServiceCollection AddInbox(this IServiceCollection services) => services.AddHostedService<InboxReader>();

    /// <summary>The bus of several pods for a program that only publishes and may have no host: the first publish opens the connection.</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="uri">As <see cref="RedisOptions.Uri"/>.</param>
    public static IServiceCollection AddRedisPublisher(this IServiceCollection services, string uri)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(uri);
        services.AddLogging();
        services.AddOptions<RedisOptions>().Configure(options => options.Uri = uri);
        services.AddRedisBus();
        services.AddSingleton<RedisPublisher>();
        return services.AddSingleton<IMessagePublisher, OnDemandPublisher>();
    }

    /// <summary>The bus of a single process.</summary>
    public static IServiceCollection AddInProcessBus(this IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BusMetrics>();
        services.TryAddSingleton<HistoryPolicies>();
        services.AddSingleton<InProcessBus>();
        services.AddSingleton<IMessagePublisher>(provider => provider.GetRequiredService<InProcessBus>());
        services.AddSingleton<IMessageHistory>(provider => provider.GetRequiredService<InProcessBus>());
        services.AddSingleton<IBusHealth>(provider => provider.GetRequiredService<InProcessBus>());
        services.AddSingleton<IMessageSubscriber>(provider =>
            ActivatorUtilities.CreateInstance<RecoveringSubscriber>(provider, provider.GetRequiredService<InProcessBus>().CreateSubscriber()));
        services.AddSingleton<IControlChannel, InProcessControlChannel>();
        services.AddSingleton<ITokenBlacklist, InProcessTokenBlacklist>();
        services.AddSingleton<IPresence, InProcessPresence>();
        services.AddSingleton<IConnectionSlots, InProcessConnectionSlots>();
        return services.AddSingleton<IStateStore, InProcessStateStore>();
    }
}
