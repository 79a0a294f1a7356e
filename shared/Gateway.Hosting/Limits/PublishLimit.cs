using System.Globalization;
using System.Threading.RateLimiting;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Problems;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Limits;

/// <summary>How often one caller may publish over HTTP: one bucket per user or API key, in this process.</summary>
public static class PublishLimit
{
    private const string Policy = "publish";

    /// <summary>Counts requests to these endpoints against <see cref="PublishLimitSettings.PublishesPerSecond"/>.</summary>
    public static TBuilder LimitPublishing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Policy);

    internal static void AddPublishLimit(this IServiceCollection services)
    {
        services.AddValidatedOptions<PublishLimitSettings>("Limits");
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Policy, Partition);
            limiter.OnRejected = Refuse;
        });
    }

    private static RateLimitPartition<string> Partition(HttpContext context)
    {
        var limit = context.RequestServices.GetRequiredService<IOptions<PublishLimitSettings>>().Value.PublishesPerSecond;
        var caller = context.GetCaller()?.UserId ?? context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (limit == 0) return RateLimitPartition.GetNoLimiter("");
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit,
            TokensPerPeriod = limit,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }

    private static async ValueTask Refuse(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await rejected.HttpContext.WriteProblem(StatusCodes.Status429TooManyRequests, "too many messages; wait as long as Retry-After says");
    }
}
