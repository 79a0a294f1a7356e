using Gateway.Bus;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.Responses;

/// <summary>Why a message was not published, as HTTP says it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong and what to do, for a person.</param>
/// <param name="Id">The message's id where it had got one: the next try should carry it.</param>
public sealed record PublishError(int Status, string Detail, string? Id = null)
{
    /// <summary>Seconds; the bus has its own retries, so what gets here has lasted about a second already.</summary>
    private const string RetryAfter = "1";

    /// <summary>Null for a result that was taken.</summary>
    public static PublishError? Of(PublishResult result) => result.Status switch
    {
        PublishStatus.TooLarge => new(StatusCodes.Status413PayloadTooLarge, result.Reason ?? "the message is too large"),
        PublishStatus.Unavailable => new(StatusCodes.Status503ServiceUnavailable, "the message bus did not take it just now; try again with the same id", result.Id),
        _ => null,
    };

    /// <summary>Problem details; 503 with Retry-After.</summary>
    public IResult Http() => new Answer(this);

    private sealed class Answer(PublishError fault) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (fault.Status == StatusCodes.Status503ServiceUnavailable) httpContext.Response.Headers.RetryAfter = RetryAfter;
            var extensions = fault.Id is null ? null : new Dictionary<string, object?>(StringComparer.Ordinal) { ["id"] = fault.Id };
            return Results.Problem(fault.Detail, statusCode: fault.Status, extensions: extensions).ExecuteAsync(httpContext);
        }
    }
}
