using System.ComponentModel;
using System.Text.Json.Serialization;
using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Answers;

/// <summary>What a publisher over HTTP hears when the bus took its message: 200 with this.</summary>
public sealed record PublishAnswer
{
    [Description("The message's id.")]
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [Description("The same id went to the same target before; nothing was sent again.")]
    [JsonPropertyName("duplicate")]
    public required bool Duplicate { get; init; }

    [Description("The message's number in its target's history, where one is kept.")]
    [JsonPropertyName("offset")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Offset { get; init; }

    [Description("The life of the counter that the offset belongs to.")]
    [JsonPropertyName("epoch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }

    [Description("Only where a message named several targets: each with its own answer, in their order.")]
    [JsonPropertyName("targets")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TargetAnswer>? Targets { get; init; }

    /// <summary>200, 413 or 503.</summary>
    public static IResult Http(PublishResult result) =>
        PublishFault.Of(result) is { } fault ? fault.Http() : Results.Ok(Of(result));

    /// <param name="result">One that was taken.</param>
    public static PublishAnswer Of(PublishResult result) => new()
    {
        Id = result.Id,
        Duplicate = result.Status == PublishStatus.Duplicate,
        Offset = Number(result),
        Epoch = result.Epoch,
    };

    /// <param name="targets">Where it went.</param>
    /// <param name="results">As many, all taken.</param>
    public static PublishAnswer Of(IReadOnlyList<Target> targets, IReadOnlyList<PublishResult> results)
    {
        if (results.Count == 1) return Of(results[0]);
        return new()
        {
            Id = results[0].Id,
            Duplicate = results.All(result => result.Status == PublishStatus.Duplicate),
            Targets = [.. targets.Zip(results, TargetAnswer.Of)],
        };
    }

    internal static long? Number(PublishResult result) => result.Offset > 0 ? result.Offset : null;
}
