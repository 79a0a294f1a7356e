using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Problems;

/// <summary>Answers every error that has no body yet with problem details.</summary>
internal static class Problems
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemJson>();
        services.AddRateLimitProblem();
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionProblems>();
        // In Production too, a client is told why its body could not be read.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
