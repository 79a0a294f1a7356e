using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Hosting.Requests;

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
