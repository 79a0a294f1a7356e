using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting;

public static class BusRegistration
{
    /// <summary>
    /// Redis when <c>Redis:Host</c> or <c>Redis:Uri</c> names one, else the bus of a single process, with a warning. Where a second
    /// process must hear what this one publishes, Production without Redis does not start.
    /// </summary>
    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, bool requireRedisInProduction)
    {
        builder.Services.AddSingleton<InProcessBus>();
        builder.Services.AddSingleton<IMessagePublisher>(p => p.GetRequiredService<InProcessBus>());
        builder.Services.AddSingleton<IBusHealth>(p => p.GetRequiredService<InProcessBus>());
        builder.Services.AddSingleton(p => p.GetRequiredService<InProcessBus>().CreateSubscriber());
        builder.Services.AddSingleton<IStateStore, InProcessStateStore>();
        builder.Services.AddSingleton<IReadiness, BusReadiness>();
        return builder;
    }
}
