using Gateway.Bus;
using Gateway.Bus.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.FunctionalTests.Bus;

/// <summary>One pod's bus with a receiver that keeps its messages.</summary>
internal sealed class BusUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private BusUnderTest(ServiceProvider services) => _services = services;

    public IMessagePublisher Publisher => _services.GetRequiredService<IMessagePublisher>();

    public IMessageSubscriber Subscriber => _services.GetRequiredService<IMessageSubscriber>();

    public IMessageHistory History => _services.GetRequiredService<IMessageHistory>();

    public IStateStore State => _services.GetRequiredService<IStateStore>();

    public IControlChannel Control => _services.GetRequiredService<IControlChannel>();

    public BusHealth Health => _services.GetRequiredService<IBusHealth>().Current;

    public KeepingReceiver Received { get; } = new();

    public LogLines Logs { get; private init; } = new();

    /// <param name="redis">Its server.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="services">Replaces parts of it.</param>
    /// <param name="subscribes">False for a process that only publishes.</param>
    public static Task<BusUnderTest> OnRedisAsync(
        RedisServer redis, Action<RedisOptions>? configure = null, Action<IServiceCollection>? services = null, bool subscribes = true) =>
        StartAsync(subscribes, collection =>
        {
            services?.Invoke(collection);
            collection.AddRedisBus().Configure<RedisOptions>(options =>
            {
                options.Host = redis.Host;
                options.Port = redis.Port;
                options.Password = redis.Password;
                options.PingInterval = TimeSpan.FromMilliseconds(500);
                configure?.Invoke(options);
            });
        });

    public static Task<BusUnderTest> InProcessAsync(Action<IServiceCollection>? services = null) => StartAsync(
        subscribes: true,
        collection =>
        {
            services?.Invoke(collection);
            collection.AddInProcessBus();
        });

    /// <summary>Waits until the bus reports that it is connected.</summary>
    public async Task<BusUnderTest> ConnectedAsync()
    {
        await TestTimeout.Until(() => Health.Connected, "the bus to be connected");
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private static async Task<BusUnderTest> StartAsync(bool subscribes, Action<IServiceCollection> add)
    {
        var logs = new LogLines();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(logs));
        add(services);
        var bus = new BusUnderTest(services.BuildServiceProvider()) { Logs = logs };
        if (subscribes) bus.Subscriber.Start(bus.Received);
        foreach (var service in bus._services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        return bus;
    }
}
