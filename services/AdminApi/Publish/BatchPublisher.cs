using Gateway.Api.Publishing;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace AdminApi.Publish;

/// <summary>
/// Publishes a batch: targets in parallel, the messages of one target one after another. After a message that the bus did not accept, later
/// messages to the same target are not tried, so that what arrives is in order and the rest can be sent again.
/// </summary>
internal sealed class BatchPublisher(ItemPublisher publisher, Caller caller)
{
    private readonly Dictionary<Target, Task<bool>> _last = [];

    public Task<PublishOutcome[]> PublishAsync(IReadOnlyList<PublishItem> items, CancellationToken cancellation)
    {
        var outcomes = new Task<PublishOutcome>[items.Count];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Start(items[i], cancellation);
        return Task.WhenAll(outcomes);
    }

    private Task<PublishOutcome> Start(PublishItem item, CancellationToken cancellation)
    {
        if (ItemPublisher.Check(item, caller) is { } error) return Task.FromResult(new PublishOutcome(error));
        var earlier = item.Targets.Select(target => _last.GetValueOrDefault(target, Task.FromResult(true))).ToArray();
        var outcome = PublishInTurnAsync(item, earlier, cancellation);
        var accepted = IsAcceptedAsync(outcome);
        foreach (var target in item.Targets) _last[target] = accepted;
        return outcome;
    }

    private async Task<PublishOutcome> PublishInTurnAsync(PublishItem item, Task<bool>[] earlier, CancellationToken cancellation)
    {
        var order = await Task.WhenAll(earlier);
        return order.Contains(false) ? new(NotTried(item.Message!.Id)) : await publisher.PublishAsync(item, cancellation);
    }

    private static PublishError NotTried(string id) =>
        new(StatusCodes.Status503ServiceUnavailable, "not tried: the message bus did not accept an earlier message to the same target", id);

    /// <summary>Whether the next message of the target may be sent: an invalid message does not hold back others.</summary>
    private static async Task<bool> IsAcceptedAsync(Task<PublishOutcome> outcome) => (await outcome).Error?.Status != StatusCodes.Status503ServiceUnavailable;
}
