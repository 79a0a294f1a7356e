using System.Text.Json.Serialization;
using Gateway.Api.Publishing;
using Microsoft.AspNetCore.WebUtilities;

namespace AdminApi.Publish;

/// <summary>A result as for one message, or, where <c>status</c> stands, problem details.</summary>
internal sealed record BatchResult
{
    /// <summary>The message's id; of a message that was not accepted, the id to repeat it with.</summary>
    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The same id was published to the same target before; nothing was sent again.</summary>
    [JsonPropertyName("duplicate")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Duplicate { get; init; }

    [JsonPropertyName("offset")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Offset { get; init; }

    [JsonPropertyName("epoch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }

    [JsonPropertyName("targets")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TargetResponse>? Targets { get; init; }

    /// <summary>Only of a message that was not accepted: the HTTP status it would have had alone.</summary>
    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    [JsonPropertyName("title")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    [JsonPropertyName("detail")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    public static BatchResult Of(PublishOutcome outcome) => outcome switch
    {
        { Response: { } response } => new() { Id = response.Id, Duplicate = response.Duplicate, Offset = response.Offset, Epoch = response.Epoch, Targets = response.Targets },
        { Error: { } error } => new() { Id = error.Id, Status = error.Status, Title = ReasonPhrases.GetReasonPhrase(error.Status), Detail = error.Detail },
        _ => new(),
    };
}

/// <summary>One result or problem per message, in the order of the messages.</summary>
internal sealed record BatchResponse
{
    [JsonPropertyName("results")]
    public required IReadOnlyList<BatchResult> Results { get; init; }
}
