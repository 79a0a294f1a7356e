using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Inbox;
using Gateway.Hosting.Control;
using Gateway.Hosting.Health;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting;

public static class BusRegistration
{
    /// <summary>
    /// Redis if <c>Redis:Host</c> or <c>Redis:Uri</c> is set, else the in-process bus, with a warning. Messages on the latter stay in this
    /// process, so a service that only publishes must not start without Redis in Production.
    /// </summary>
    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, bool requireRedisInProduction)
    {
        // Always, so that a misspelled name is found, which would otherwise mean "no Redis".
        builder.Services.AddValidatedOptions<RedisOptions>("Redis");
        builder.Services.AddValidatedOptions<HistoryOptions>("History");
        builder.Services.AddSingleton<RevocationStore>();
        builder.Services.AddSingleton<IOrderHandler, RevokeOrder>();
        builder.Services.AddHostedService<ControlListener>();
        builder.Services.AddHealthChecks().AddCheck<BusHealthCheck>("redis", tags: [HealthTags.Ready]);
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

    /// <summary>Serves the inbox, if this service uses Redis. To be called after <see cref="AddBus"/>.</summary>
    public static WebApplicationBuilder AddInbox(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<InboxOptions>("Inbox");
        if (NamesRedis(builder.Configuration)) builder.Services.AddInbox();
        return builder;
    }

    private static IEnumerable<SettingError> RedisIsMissing(IConfiguration configuration)
    {
        if (NamesRedis(configuration)) yield break;
        yield return new SettingError("Redis:Host", Value: null, "messages published here reach a gateway through Redis only, so it is required in Production");
    }

    private static bool NamesRedis(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["Redis:Host"]) || !string.IsNullOrWhiteSpace(configuration["Redis:Uri"]);
}

/// <summary>Warns at start that messages stay in this process.</summary>
internal sealed partial class SingleInstanceWarning(ILogger<SingleInstanceWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.SingleInstance(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1020, LogLevel.Warning, "No REDIS_HOST: single-instance mode, messages stay in this process and are lost when it ends")]
        public static partial void SingleInstance(ILogger logger);
    }
}
