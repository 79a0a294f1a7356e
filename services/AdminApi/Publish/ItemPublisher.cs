using Gateway.Api.Publishing;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace AdminApi.Publish;

/// <summary>Publishes one message of a request, where it is valid and the caller has the scopes of all its targets.</summary>
internal sealed class ItemPublisher(GatewayPublisher publisher, TimeProvider time)
{
    /// <summary>The error that is known before anything is sent.</summary>
    public static PublishError? Check(PublishItem item, Caller caller) =>
        item.Error ?? item.Targets.Select(target => PublishScope.ErrorFor(caller, target)).FirstOrDefault(error => error is not null);

    /// <summary>The id is always remembered, also one that was made here: a request that is repeated with the id of a 503 is exact.</summary>
    public async Task<PublishOutcome> PublishAsync(PublishItem item, CancellationToken cancellation)
    {
        var results = await publisher.PublishAsync(item.Targets, item.Message!, idempotent: true, cancellation);
        var error = results.Select(result => PublishError.Of(result)).FirstOrDefault(error => error is not null);
        return error is null ? new(PublishResponse.Of(item.Targets, results), Error: null) : new(error);
    }

    /// <summary>The same for a message that an endpoint made.</summary>
    public async Task<PublishOutcome> PublishAsync(Target target, OutgoingMessage message, CancellationToken cancellation) =>
        PublishOutcome.Of(await publisher.PublishAsync(target, message with { Id = message.Id ?? MessageId.New(time.GetUtcNow()) }, cancellation));
}
