using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Problems;

/// <summary>The response to a request that a rate limiter rejected: 429 with Retry-After and problem details.</summary>
internal static class RateLimitProblem
{
    public static void AddRateLimitProblem(this IServiceCollection services) =>
        services.AddRateLimiter(limiter => limiter.OnRejected = RejectAsync);

    public static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await rejected.HttpContext.WriteProblemAsync(StatusCodes.Status429TooManyRequests, "too many requests; retry after the time in Retry-After");
    }
}
