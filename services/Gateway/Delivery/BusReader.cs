using Gateway.Bus;

namespace Gateway.Delivery;

/// <summary>Connects the bus to the fan-out before the service starts.</summary>
internal sealed class BusReader(IMessageSubscriber subscriber, Fanout fanout) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        subscriber.Start(fanout);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
