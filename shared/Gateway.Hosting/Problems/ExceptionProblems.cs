using System.Text.Json;
using Gateway.Bus;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Problems;

/// <summary>What an endpoint may throw and what a client hears of it. Anything else is a 500 without particulars.</summary>
internal sealed class ExceptionProblems : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        var (status, detail) = exception switch
        {
            BusUnavailableException => (StatusCodes.Status503ServiceUnavailable, "the message bus cannot be reached just now; try again"),
            BadHttpRequestException { InnerException: JsonException json } bad => (bad.StatusCode, Words(json)),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            JsonException json => (StatusCodes.Status400BadRequest, Words(json)),
            _ => (0, ""),
        };
        if (status == 0) return false;
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        await context.WriteProblem(status, detail);
        return true;
    }

    private static string Words(JsonException json) =>
        $"the body is not the JSON that is expected here: line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}{(json.Path is { Length: > 1 } path ? ", at " + path : "")}";
}
