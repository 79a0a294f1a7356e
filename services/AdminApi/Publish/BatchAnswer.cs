using System.Text.Json.Serialization;

namespace AdminApi.Publish;

/// <summary>One result or problem per message, in the order of the messages.</summary>
internal sealed record BatchAnswer
{
    [JsonPropertyName("results")]
    public required IReadOnlyList<BatchResult> Results { get; init; }
}
