using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Problems;

/// <summary>
/// Writes every problem as JSON, whatever the client accepts: the framework's writer (ASP.NET Core 10) writes nothing for a client that asks for HTML.
/// </summary>
internal sealed class ProblemJson : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ??= context.HttpContext.Response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(status);
        problem.Detail ??= Detail(status, context.HttpContext);
        // By its runtime type, which may have field errors.
        await context.HttpContext.Response.WriteAsJsonAsync(problem, problem.GetType(), options: null, "application/problem+json");
    }

    /// <summary>For requests that the framework refuses before an endpoint runs.</summary>
    private static string? Detail(int status, HttpContext context) => status switch
    {
        StatusCodes.Status404NotFound => "there is no endpoint at this path",
        StatusCodes.Status405MethodNotAllowed => "the endpoint at this path does not support this method; the header Allow lists the supported ones",
        StatusCodes.Status413PayloadTooLarge => context.BodyTooLarge(),
        StatusCodes.Status415UnsupportedMediaType => "the body must be JSON, with Content-Type: application/json",
        _ => null,
    };
}

public static class ProblemWriter
{
    /// <summary>Responds with problem details (RFC 9457).</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">The error and how to fix it, for a person.</param>
    public static async Task WriteProblemAsync(this HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Detail = detail };
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    /// <summary>The detail of a 413: the limit of the body, and the setting that holds it.</summary>
    public static string BodyTooLarge(this HttpContext context)
    {
        var setting = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Setting ?? "Listen:MaxBodyBytes";
        return $"a body is at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes here; the setting is {setting}";
    }
}

/// <summary>Endpoint metadata: the limit of the body where it differs from that of the process, and its setting. Routing applies it.</summary>
public sealed record BodyLimit(string Setting, long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
