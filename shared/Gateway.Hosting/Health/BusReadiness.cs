using System.Globalization;
using Gateway.Bus;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Health;

/// <summary>Ready while the bus is there or has been away for less than the grace.</summary>
internal sealed class BusReadiness(IBusHealth bus, IOptions<HealthOptions> settings, TimeProvider time) : IReadiness
{
    private readonly TimeSpan _grace = settings.Value.RedisGrace;

    public string Name => "redis";

    public string? Fault
    {
        get
        {
            var health = bus.Current;
            if (health.Connected || _grace == TimeSpan.Zero) return null;
            var away = time.GetUtcNow() - health.Since;
            return away < _grace ? null : string.Create(CultureInfo.InvariantCulture, $"not connected for {away.TotalSeconds:0} s: {health.Reason ?? "no reason known"}");
        }
    }
}
