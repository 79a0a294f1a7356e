using System.Text.Json;
using Gateway.Bus;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Problems;

/// <summary>What an endpoint may throw and what a client hears of it. Of anything unforeseen it hears nothing particular.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            BusUnavailableException => (StatusCodes.Status503ServiceUnavailable, "the message bus cannot be reached just now; try again"),
            BadHttpRequestException { InnerException: JsonException json } bad => (bad.StatusCode, Words(json)),
            BadHttpRequestException bad => (bad.StatusCode, Words(bad, context.Request)),
            JsonException json => (StatusCodes.Status400BadRequest, Words(json)),
            _ => (StatusCodes.Status500InternalServerError, "something went wrong in the service; its log says what"),
        };
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        if (status == StatusCodes.Status500InternalServerError) Log.Unforeseen(logger, context.Request.Method, context.Request.Path, exception);
        await context.WriteProblem(status, detail);
        return true;
    }

    private static string Words(JsonException json)
    {
        var place = json.Path is { Length: > 1 } path ? $" at {path}" : "";
        var line = json.LineNumber is { } number ? $" (line {number + 1}, byte {json.BytePositionInLine + 1})" : "";
        return $"the body is not the JSON that is expected here{place}{line}";
    }

    /// <summary>The framework's own words speak of parameters and of the code; a client sees only the body.</summary>
    private static string Words(BadHttpRequestException bad, HttpRequest request) => bad.StatusCode switch
    {
        StatusCodes.Status415UnsupportedMediaType => ProblemJson.MustBeJson,
        StatusCodes.Status400BadRequest when request.ContentLength is null or 0 && !HttpMethods.IsGet(request.Method) => "a JSON body is needed here",
        _ => bad.Message,
    };

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Unforeseen(ILogger logger, string method, string path, Exception exception);
    }
}
