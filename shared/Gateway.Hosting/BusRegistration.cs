using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Hosting.Health;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

public static class BusRegistration
{
    /// <summary>
    /// Redis when <c>Redis:Host</c> or <c>Redis:Uri</c> names one, else the bus of a single process, with a warning. What is published
    /// on the latter stays in this process, so a service that only publishes must not start without Redis in Production.
    /// </summary>
    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, bool requireRedisInProduction)
    {
        // Always, so that a name written wrong is found where it would otherwise mean "no Redis".
        builder.Services.AddValidatedOptions<RedisOptions>("Redis");
        builder.Services.AddSingleton<IReadiness, BusReadiness>();
        if (NamesRedis(builder.Configuration))
        {
            builder.Services.AddRedisBus();
            return builder;
        }

        builder.Services.AddInProcessBus();
        if (requireRedisInProduction && builder.Environment.IsProduction()) builder.Services.AddOptionsCheck(RedisIsMissing);
        builder.Services.AddHostedService<SingleInstanceWarning>();
        return builder;
    }

    private static IEnumerable<SettingError> RedisIsMissing(IConfiguration configuration)
    {
        if (NamesRedis(configuration)) yield break;
        yield return new SettingError("Redis:Host", Value: null, "without Redis nothing that is published here reaches a gateway, which in Production cannot be meant");
    }

    private static bool NamesRedis(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["Redis:Host"]) || !string.IsNullOrWhiteSpace(configuration["Redis:Uri"]);
}
