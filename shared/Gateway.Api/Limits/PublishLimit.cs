using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Options;
using Gateway.Hosting.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Api.Limits;

/// <summary>Limits how often one caller may publish over HTTP: one token bucket per user or API key, in this process.</summary>
public static class PublishLimit
{
    private static readonly Policy Services = new("", isForUsers: false);
    private static readonly Policy Users = new("user:", isForUsers: true);

    /// <summary>Applies <see cref="PublishLimitOptions.PublishesPerSecond"/>.</summary>
    public static TBuilder LimitPublishing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Services);

    /// <summary>Applies <see cref="PublishLimitOptions.UserPublishesPerSecond"/> to users; to API keys the limit of services.</summary>
    public static TBuilder LimitUserPublishing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Users);

    /// <summary>Adds the options that the limits read. Several services of one process may call it.</summary>
    public static IServiceCollection AddPublishLimit(this IServiceCollection services) => services.AddValidatedOptions<PublishLimitOptions>("Limits");

    /// <param name="prefix">Keeps the buckets of the two limits apart.</param>
    /// <param name="isForUsers">Which limit applies to a caller that is no API key.</param>
    private sealed class Policy(string prefix, bool isForUsers) : IRateLimiterPolicy<string>
    {
        // The options' own OnRejected does not apply to a policy that is given as an instance.
        public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => RateLimitProblem.RejectAsync;

        public RateLimitPartition<string> GetPartition(HttpContext httpContext)
        {
            var options = httpContext.RequestServices.GetRequiredService<IOptions<PublishLimitOptions>>().Value;
            var caller = httpContext.GetCaller();
            var isUser = isForUsers && caller is not { IsService: true };
            var (rate, burst) = isUser ? (options.UserPublishesPerSecond, options.UserPublishBurst) : (options.PublishesPerSecond, options.PublishesPerSecond);
            if (rate == 0 || burst == 0) return RateLimitPartition.GetNoLimiter("");
            return RateLimitPartition.GetTokenBucketLimiter(prefix + (caller?.UserId ?? httpContext.Connection.RemoteIpAddress?.ToString()), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = rate,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
        }
    }
}

/// <summary>Section <c>Limits</c>, for publishing over HTTP.</summary>
public sealed class PublishLimitOptions
{
    /// <summary>Requests per second and caller that publish through the admin API or the gateway, as many again in a burst; 0 = off. Default 0. Range 0–1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int PublishesPerSecond { get; set; }

    /// <summary>Requests per second of one user to the user API; 0 = off. Default 50, as for the messages of a WebSocket. Range 0–1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int UserPublishesPerSecond { get; set; } = 50;

    /// <summary>Requests of one user to the user API that may come at once; 0 = no limit on them, as with <c>UserPublishesPerSecond</c> 0. Default 100. Range 0–1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int UserPublishBurst { get; set; } = 100;
}
