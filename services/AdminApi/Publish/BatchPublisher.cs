using Gateway.Api.Responses;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace AdminApi.Publish;

/// <summary>
/// A batch: targets side by side, each target's messages one after another. Behind a message the bus did not take, those to the same
/// target are not tried, so that what arrives is in order and the rest can be sent again.
/// </summary>
internal sealed class BatchPublisher(ItemPublisher publisher, Caller caller)
{
    private static readonly PublishError NotTried =
        new(StatusCodes.Status503ServiceUnavailable, "not tried: the message bus did not take an earlier message to the same target");

    private readonly Dictionary<Target, Task<bool>> _last = [];

    public Task<ItemResponse[]> PublishAsync(IReadOnlyList<ReadOnlyMemory<byte>> items, CancellationToken cancellation)
    {
        var answers = new Task<ItemResponse>[items.Count];
        for (var i = 0; i < answers.Length; i++) answers[i] = Start(items[i], cancellation);
        return Task.WhenAll(answers);
    }

    private Task<ItemResponse> Start(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        if (publisher.Check(json, caller, out var item) is { } fault) return Task.FromResult(new ItemResponse(fault));
        var earlier = item!.Targets.Select(target => _last.GetValueOrDefault(target, Task.FromResult(true))).ToArray();
        var answer = InTurn(item, earlier, cancellation);
        var taken = Taken(answer);
        foreach (var target in item.Targets) _last[target] = taken;
        return answer;
    }

    private async Task<ItemResponse> InTurn(PublishItem item, Task<bool>[] earlier, CancellationToken cancellation)
    {
        var order = await Task.WhenAll(earlier);
        return order.Contains(false) ? new(NotTried) : await publisher.PublishAsync(item, cancellation);
    }

    /// <summary>Whether the next one may go: what is wrong with this message alone is no reason to hold back another.</summary>
    private static async Task<bool> Taken(Task<ItemResponse> answer) => (await answer).Fault?.Status != StatusCodes.Status503ServiceUnavailable;
}
