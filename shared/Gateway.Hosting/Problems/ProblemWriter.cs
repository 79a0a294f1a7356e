using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Problems;

public static class ProblemWriter
{
    /// <summary>Answers with problem details (RFC 9457).</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">What is wrong and what to do, for a person.</param>
    public static async Task WriteProblem(this HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Detail = detail };
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    /// <summary>What a 413 says: the limit of a request's body, and the setting that holds it.</summary>
    public static string BodyTooLarge(this HttpContext context)
    {
        var setting = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimitSetting>()?.Name ?? "Listen:MaxBodyBytes";
        return $"a body is at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes here; the setting is {setting}";
    }
}

/// <summary>Endpoint metadata: the setting that limits the body, where it is not that of the whole process.</summary>
public sealed record BodyLimitSetting(string Name);
