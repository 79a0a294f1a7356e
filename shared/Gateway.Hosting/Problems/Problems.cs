using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Problems;

/// <summary>Every error that an endpoint did not word itself is answered with problem details.</summary>
internal static class Problems
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemJson>();
        services.AddRateLimitProblem();
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionProblems>();
        // A body that cannot be read is told to the client in full, in Production too: it is the client's own.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
