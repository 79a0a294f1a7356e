using System.Buffers;
using Gateway.Api.Limits;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Hosting.Identity;

namespace AdminApi.Publish;

/// <summary><c>POST /publish</c>: one message, or a batch of up to 1,000.</summary>
internal static class PublishEndpoints
{
    public static void MapPublish(this IEndpointRouteBuilder admin) => admin.MapPost("/publish", PublishAsync)
        .WithTags("Publish")
        .LimitPublishing()
        .DescribePublish();

    private static async Task<IResult> PublishAsync(HttpContext http, ItemPublisher publisher, TimeProvider time)
    {
        ReadOnlyMemory<byte> json;
        try
        {
            json = await ReadAsync(http.Request, http.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            return http.BodyProblem(e);
        }

        if (PublishBody.TryRead(json, time.GetUtcNow(), out var body) is { } error) return PublishError.Invalid(error).Http();
        var caller = http.GetCaller()!;
        if (body!.IsBatch) return Batch(await new BatchPublisher(publisher, caller).PublishAsync(body.Items, http.RequestAborted));
        return ItemPublisher.Check(body.Items[0], caller) is { } refused ? refused.Http() : (await publisher.PublishAsync(body.Items[0], http.RequestAborted)).Http();
    }

    /// <summary>
    /// One result or problem per message, in the order of the messages. 503 if no message was sent and the bus is the reason: the batch as a
    /// whole can be sent again, each message with its id.
    /// </summary>
    private static IResult Batch(PublishOutcome[] outcomes)
    {
        var results = Array.ConvertAll(outcomes, outcome => (object?)outcome.Response ?? outcome.Error!.ToProblem());
        var isDown = Array.TrueForAll(outcomes, outcome => outcome.Response is null)
            && Array.Exists(outcomes, outcome => outcome.Error?.Status == StatusCodes.Status503ServiceUnavailable);
        if (!isDown) return Results.Ok(new { results });
        const string Detail = "the message bus accepted none of these messages in time; try again with the ids of the results";
        var error = new PublishError(StatusCodes.Status503ServiceUnavailable, Detail);
        var problem = error.ToProblem();
        problem.Extensions["results"] = results;
        return error.As(Results.Problem(problem));
    }

    /// <summary>The whole body in new memory: messages refer to it while they wait for their receivers.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
