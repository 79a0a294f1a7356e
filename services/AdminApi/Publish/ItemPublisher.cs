using Gateway.Api.Responses;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace AdminApi.Publish;

/// <summary>One message of a request: read, allowed, published. Whatever is wrong with it stays its own.</summary>
internal sealed class ItemPublisher(GatewayPublisher publisher, TimeProvider time)
{
    /// <summary>What can be known before anything is sent.</summary>
    public PublishError? Check(ReadOnlyMemory<byte> json, Caller caller, out PublishItem? item)
    {
        item = null;
        if (json.Length > Message.MaxBytes)
            return new(StatusCodes.Status413PayloadTooLarge, $"a message is at most {Message.MaxBytes} bytes of JSON; this one has {json.Length}");
        if (PublishItem.TryRead(json, time.GetUtcNow(), out item) is { } fault) return new(StatusCodes.Status400BadRequest, fault);
        foreach (var target in item!.Targets)
        {
            if (!caller.MayPublishTo(target)) return new(StatusCodes.Status403Forbidden, $"this caller has no scope to publish to {target}");
        }

        return null;
    }

    public async Task<ItemResponse> PublishAsync(PublishItem item, CancellationToken cancellation)
    {
        var results = await publisher.PublishAsync(item.Targets, item.Message, item.Idempotent, cancellation);
        foreach (var result in results)
        {
            if (PublishError.Of(result) is { } fault) return new(fault);
        }

        return new(PublishResponse.Of(item.Targets, results));
    }
}

/// <summary>What became of one message: one of the two is set.</summary>
internal readonly record struct ItemResponse(PublishResponse? Taken, PublishError? Fault)
{
    public ItemResponse(PublishResponse taken)
        : this(taken, Fault: null)
    {
    }

    public ItemResponse(PublishError fault)
        : this(Taken: null, fault)
    {
    }

    public IResult Http() => Fault?.Http() ?? Results.Ok(Taken);
}
