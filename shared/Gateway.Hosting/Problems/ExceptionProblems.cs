using Gateway.Bus;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Problems;

/// <summary>Maps exceptions of endpoints to problem details. The details of an unexpected exception are written to the log only.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            BusUnavailableException => (StatusCodes.Status503ServiceUnavailable, "the message bus is not reachable; try again"),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            _ => (StatusCodes.Status500InternalServerError, "an unexpected error occurred; the log of the service has the details"),
        };
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        if (status == StatusCodes.Status500InternalServerError) Log.Unexpected(logger, context.Request.Method, context.Request.Path, exception);
        await context.WriteProblemAsync(status, detail);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Unexpected(ILogger logger, string method, string path, Exception exception);
    }
}
