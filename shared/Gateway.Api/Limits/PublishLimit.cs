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
    private static readonly Policy Instance = new();

    /// <summary>Applies <see cref="PublishLimitOptions.PublishesPerSecond"/> to these endpoints.</summary>
    public static TBuilder LimitPublishing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Instance);

    /// <summary>Adds the options that <see cref="LimitPublishing"/> reads. Several services of one process may call it.</summary>
    public static IServiceCollection AddPublishLimit(this IServiceCollection services) => services.AddValidatedOptions<PublishLimitOptions>("Limits");

    private sealed class Policy : IRateLimiterPolicy<string>
    {
        // The options' own OnRejected does not apply to a policy that is given as an instance.
        public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => RateLimitProblem.RejectAsync;

        public RateLimitPartition<string> GetPartition(HttpContext httpContext)
        {
            var limit = httpContext.RequestServices.GetRequiredService<IOptions<PublishLimitOptions>>().Value.PublishesPerSecond;
            var caller = httpContext.GetCaller()?.UserId ?? httpContext.Connection.RemoteIpAddress?.ToString() ?? "";
            if (limit == 0) return RateLimitPartition.GetNoLimiter("");
            return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limit,
                TokensPerPeriod = limit,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
        }
    }
}

/// <summary>Section <c>Limits</c>, for those who publish over HTTP.</summary>
public sealed class PublishLimitOptions
{
    /// <summary>Requests per second and caller that publish over HTTP, as many again in a burst; 0 = off. Default 0. Range 0–1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int PublishesPerSecond { get; set; }
}
