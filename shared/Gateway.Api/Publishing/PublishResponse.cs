using System.ComponentModel;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.Api.Publishing;

/// <summary>The body of a 200: the bus accepted the message.</summary>
public sealed record PublishResponse(
    [property: Description("The message's id.")] string Id,
    [property: Description("True: the same id was published to the same target before, and nothing was sent again.")] bool Duplicate,
    [property: Description("The message's number in the history of its target, if one is kept.")] long? Offset = null,
    [property: Description("The epoch that the offset belongs to.")] string? Epoch = null,
    [property: Description("Only for a message to several targets: one result per target, in their order.")] IReadOnlyList<TargetResponse>? Targets = null)
{
    /// <param name="result">One that was accepted.</param>
    public static PublishResponse Of(PublishResult result) =>
        new(result.Id, result.Status == PublishStatus.Duplicate, OffsetOf(result), result.Epoch);

    /// <param name="targets">The targets of the message.</param>
    /// <param name="results">One accepted result per target.</param>
    public static PublishResponse Of(IReadOnlyList<Target> targets, IReadOnlyList<PublishResult> results) => results.Count == 1
        ? Of(results[0])
        : new(results[0].Id, results.All(result => result.Status == PublishStatus.Duplicate), Targets: [.. targets.Zip(results, TargetResponse.Of)]);

    internal static long? OffsetOf(PublishResult result) => result.Offset > 0 ? result.Offset : null;
}

/// <summary>The result of a message for one of its targets.</summary>
public sealed record TargetResponse(string Target, bool Duplicate, long? Offset = null, string? Epoch = null)
{
    internal static TargetResponse Of(Target target, PublishResult result) =>
        new(target.ToString(), result.Status == PublishStatus.Duplicate, PublishResponse.OffsetOf(result), result.Epoch);
}
