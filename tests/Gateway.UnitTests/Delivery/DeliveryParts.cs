using System.Diagnostics.Metrics;
using Gateway.Connections;
using Gateway.Telemetry;
using Gateway.UnitTests.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UnitTests.Delivery;

/// <summary>What every test of the fan-out needs beside its receivers.</summary>
internal sealed class DeliveryParts : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public DeliveryParts() => Metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>());

    public GatewayMetrics Metrics { get; }

    public HeartbeatWheel Wheel { get; } = Peer.Wheel(TimeProvider.System);

    public void Dispose()
    {
        Wheel.Dispose();
        Metrics.Dispose();
        _services.Dispose();
    }
}
