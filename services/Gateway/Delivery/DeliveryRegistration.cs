using Gateway.Hosting.Options;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Delivery;

internal static class DeliveryRegistration
{
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddValidatedOptions<DeliverySettings>("Delivery");
        services.AddSingleton(provider => new LaneCount(provider.GetRequiredService<IOptions<DeliverySettings>>().Value.EffectiveLanes));
        services.AddSingleton<Fanout>();
        services.AddHostedService<BusReader>();
    }
}
