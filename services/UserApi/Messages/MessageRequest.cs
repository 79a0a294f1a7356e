using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;

namespace UserApi.Messages;

/// <summary>A message from the caller to another user.</summary>
internal sealed record MessageRequest
{
    [Description("User id of the receiver.")]
    [Required]
    [UserId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("to")]
    public string? To { get; init; }

    [Required]
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [Description("An id of the caller's own: the same within 5 minutes is acknowledged and not sent again.")]
    [MessageId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("id")]
    public string? Id { get; init; }
}

/// <summary>A chat line from the caller to a user or to a room.</summary>
internal sealed record ChatRequest : IValidatableObject
{
    [Description("User id of the receiver; or give `room`.")]
    [UserId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("to")]
    public string? To { get; init; }

    [Description("Room whose members receive it; or give `to`.")]
    [RoomName]
    [JsonPropertyName("room")]
    public string? Room { get; init; }

    [Required]
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [Description("An id of the caller's own: the same within 5 minutes is acknowledged and not sent again.")]
    [MessageId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(To) == string.IsNullOrEmpty(Room)) yield return new("Give either to or room.", ["to", "room"]);
    }
}
