using Gateway.Bus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Api.Publishing;

/// <summary>Why a message was not published, as an HTTP response.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The error and how to fix it, for a person.</param>
/// <param name="Id">The id to repeat the request with, where one was used: the same id is delivered once.</param>
public sealed record PublishError(int Status, string Detail, string? Id = null)
{
    /// <summary>Seconds; the bus retries on its own, so the failure has lasted about a second already.</summary>
    private const string RetryAfter = "1";

    /// <summary>Null for a result that was accepted.</summary>
    /// <param name="result">The result of the bus.</param>
    /// <param name="id">The id to repeat the request with, where it differs from the message's.</param>
    public static PublishError? Of(PublishResult result, string? id = null) => result.Status switch
    {
        PublishStatus.TooLarge => new(StatusCodes.Status413PayloadTooLarge, result.Reason ?? "the message is too large"),
        PublishStatus.Unavailable => new(
            StatusCodes.Status503ServiceUnavailable, "the message bus did not accept the message in time; try again with the same id", id ?? result.Id),
        _ => null,
    };

    /// <summary>The same for an endpoint whose requests have no id, and so cannot be repeated exactly.</summary>
    public static PublishError? WithoutId(PublishResult result) => Of(result) is { Status: StatusCodes.Status503ServiceUnavailable } error
        ? error with { Detail = "the message bus did not accept the message in time; try again, which may deliver it twice", Id = null }
        : Of(result);

    public static PublishError Invalid(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static PublishError Forbidden(string detail) => new(StatusCodes.Status403Forbidden, detail);

    /// <summary>RFC 9457, with the id where there is one.</summary>
    public ProblemDetails ToProblem()
    {
        var problem = new ProblemDetails { Status = Status, Title = ReasonPhrases.GetReasonPhrase(Status), Detail = Detail };
        if (Id is not null) problem.Extensions["id"] = Id;
        return problem;
    }

    /// <summary>Problem details; 503 with Retry-After.</summary>
    public IResult Http() => As(Results.Problem(ToProblem()));

    /// <summary>This error in another shape: only Retry-After is added.</summary>
    public IResult As(IResult response) => Status == StatusCodes.Status503ServiceUnavailable ? new RetryLater(response) : response;

    /// <summary>RFC 9110 section 10.2.3.</summary>
    private sealed class RetryLater(IResult response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfter;
            return response.ExecuteAsync(httpContext);
        }
    }
}

/// <summary>The outcome of one message: exactly one of the two is set.</summary>
public readonly record struct PublishOutcome(PublishResponse? Response, PublishError? Error)
{
    public PublishOutcome(PublishError error)
        : this(Response: null, error)
    {
    }

    /// <param name="result">The result of the bus.</param>
    /// <param name="id">The id to repeat the request with after a 503, where it differs from the message's.</param>
    public static PublishOutcome Of(PublishResult result, string? id = null) =>
        PublishError.Of(result, id) is { } error ? new(error) : new(PublishResponse.Of(result), Error: null);

    public IResult Http() => Error?.Http() ?? Results.Ok(Response);
}
