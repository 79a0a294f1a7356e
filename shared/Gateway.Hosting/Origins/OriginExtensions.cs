using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Origins;

internal static class OriginExtensions
{
    public static void AddOrigins(this IServiceCollection services)
    {
        services.AddValidatedOptions<OriginOptions>("Origins");
        services.AddSingleton<OriginPolicy>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, OriginCors>();
    }

    /// <summary>CORS uses the same list as the WebSocket handshake.</summary>
    private sealed class OriginCors(OriginPolicy origins) : ICorsPolicyProvider
    {
        private readonly CorsPolicy _policy = Create(origins);

        public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => Task.FromResult<CorsPolicy?>(_policy);

        private static CorsPolicy Create(OriginPolicy origins)
        {
            var policy = new CorsPolicyBuilder().AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Retry-After", "WWW-Authenticate");
            // All origins together with credentials would let any page act in the name of its visitor.
            return origins.AllowsAny
                ? policy.AllowAnyOrigin().Build()
                : policy.SetIsOriginAllowed(origins.IsListed).AllowCredentials().Build();
        }
    }
}
