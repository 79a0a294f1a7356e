using System.Text.Json.Serialization;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.Hosting.Answers;

/// <summary>What became of a message at one of its several targets.</summary>
public sealed record TargetAnswer
{
    [JsonPropertyName("target")]
    public required string Target { get; init; }

    [JsonPropertyName("duplicate")]
    public required bool Duplicate { get; init; }

    [JsonPropertyName("offset")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Offset { get; init; }

    [JsonPropertyName("epoch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }

    internal static TargetAnswer Of(Target target, PublishResult result) => new()
    {
        Target = target.ToString(),
        Duplicate = result.Status == PublishStatus.Duplicate,
        Offset = PublishAnswer.Number(result),
        Epoch = result.Epoch,
    };
}
