using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Problems;

/// <summary>The framework writes problem details only to who accepts JSON; to others an empty answer would be worse.</summary>
internal sealed class AnyAcceptWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.ProblemDetails.Status ??= context.HttpContext.Response.StatusCode;
        await context.HttpContext.Response.WriteAsJsonAsync(context.ProblemDetails, options: null, "application/problem+json");
    }
}
