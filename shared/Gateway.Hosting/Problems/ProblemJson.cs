using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Hosting.Problems;

/// <summary>
/// Writes every problem as JSON whatever the client accepts: the framework's own writer writes nothing for a client that asks for HTML.
/// </summary>
internal sealed class ProblemJson : IProblemDetailsWriter
{
    public const string MustBeJson = "the body must be JSON, with Content-Type: application/json";

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

    /// <summary>For what the framework refuses before any endpoint could word it.</summary>
    private static string? Detail(int status, HttpContext context) => status switch
    {
        StatusCodes.Status404NotFound => "nothing is served under this path",
        StatusCodes.Status405MethodNotAllowed => "this path is served, but not for this method; Allow names those it has",
        StatusCodes.Status413PayloadTooLarge => context.BodyTooLarge(),
        StatusCodes.Status415UnsupportedMediaType => MustBeJson,
        _ => null,
    };
}
