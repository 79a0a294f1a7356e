using System.ComponentModel;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.Api.Publishing;

/// <summary>The body of a 200: the bus accepted the message.</summary>
public sealed record PublishResponse
{
    [Description("The message's id.")]
    public required string Id { get; init; }

    [Description("The same id went to the same target before; nothing was sent again.")]
    public required bool Duplicate { get; init; }

    [Description("The message's number in the history of its target, where one is kept.")]
    public long? Offset { get; init; }

    [Description("The epoch that the offset belongs to.")]
    public string? Epoch { get; init; }

    [Description("Only where a message named several targets: one result per target, in their order.")]
    public IReadOnlyList<TargetResponse>? Targets { get; init; }

    /// <param name="result">One that was accepted.</param>
    public static PublishResponse Of(PublishResult result) => new()
    {
        Id = result.Id,
        Duplicate = result.Status == PublishStatus.Duplicate,
        Offset = Number(result),
        Epoch = result.Epoch,
    };

    /// <param name="targets">The targets of the message.</param>
    /// <param name="results">One accepted result per target.</param>
    public static PublishResponse Of(IReadOnlyList<Target> targets, IReadOnlyList<PublishResult> results)
    {
        if (results.Count == 1) return Of(results[0]);
        return new()
        {
            Id = results[0].Id,
            Duplicate = results.All(result => result.Status == PublishStatus.Duplicate),
            Targets = [.. targets.Zip(results, TargetResponse.Of)],
        };
    }

    internal static long? Number(PublishResult result) => result.Offset > 0 ? result.Offset : null;
}

/// <summary>The result of a message at one of its several targets.</summary>
public sealed record TargetResponse
{
    public required string Target { get; init; }

    public required bool Duplicate { get; init; }

    public long? Offset { get; init; }

    public string? Epoch { get; init; }

    internal static TargetResponse Of(Target target, PublishResult result) => new()
    {
        Target = target.ToString(),
        Duplicate = result.Status == PublishStatus.Duplicate,
        Offset = PublishResponse.Number(result),
        Epoch = result.Epoch,
    };
}
