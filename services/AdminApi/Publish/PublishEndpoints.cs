using System.Buffers;
using Gateway.Api.Limits;
using Gateway.Api.Responses;
using Gateway.Hosting.Identity;

namespace AdminApi.Publish;

/// <summary><c>POST /publish</c>: one message, or a batch of up to 1,000.</summary>
internal static class PublishEndpoints
{
    public static void MapPublish(this IEndpointRouteBuilder admin) => admin.MapPost("/publish", Publish)
        .WithTags("Publish")
        .LimitPublishing()
        .DescribePublish();

    private static async Task<IResult> Publish(HttpContext http, ItemPublisher publisher)
    {
        ReadOnlyMemory<byte> json;
        try
        {
            json = await ReadAsync(http.Request, http.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            return new PublishError(e.StatusCode, e.Message).Http();
        }

        if (PublishBody.TryRead(json, out var body) is { } fault) return new PublishError(StatusCodes.Status400BadRequest, fault).Http();
        var caller = http.GetCaller()!;
        return body!.IsBatch
            ? Whole(await new BatchPublisher(publisher, caller).PublishAsync(body.Items, http.RequestAborted))
            : await One(body.Items[0], caller, publisher, http.RequestAborted);
    }

    private static async Task<IResult> One(ReadOnlyMemory<byte> json, Caller caller, ItemPublisher publisher, CancellationToken cancellation) =>
        publisher.Check(json, caller, out var item) is { } fault ? fault.Http() : (await publisher.PublishAsync(item!, cancellation)).Http();

    private static IResult Whole(ItemResponse[] answers)
    {
        // Nothing went out and the bus is why: the batch as a whole can be sent again.
        var unavailable = Array.Find(answers, answer => answer.Fault?.Status == StatusCodes.Status503ServiceUnavailable).Fault;
        if (unavailable is not null && Array.TrueForAll(answers, answer => answer.Taken is null))
            return (unavailable with { Id = null, Detail = "the message bus took none of these messages just now; try again" }).Http();
        return Results.Ok(new BatchResponse { Results = Array.ConvertAll(answers, BatchResult.Of) });
    }

    /// <summary>The whole body in memory of its own: messages refer to it while they wait for their receivers.</summary>
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
