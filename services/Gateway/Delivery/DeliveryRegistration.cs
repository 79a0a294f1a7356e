using System.ComponentModel.DataAnnotations;
using Gateway.Hosting.Options;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Delivery;

internal static class DeliveryRegistration
{
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddValidatedOptions<DeliveryOptions>("Delivery");
        services.AddSingleton(provider => new WorkerCount(provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.EffectiveWorkers));
        services.AddSingleton<Fanout>();
        services.AddHostedService<BusReader>();
    }
}

/// <summary>How messages are fanned out.</summary>
internal sealed class DeliveryOptions
{
    /// <summary>Fan-out workers, each of which writes to its share of the connections; 0 = one per processor, at most 8. 0–64; default 0.</summary>
    [Range(0, 64)]
    public int Workers { get; set; }

    internal int EffectiveWorkers => Workers > 0 ? Workers : Math.Clamp(Environment.ProcessorCount, 1, 8);
}
