using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;

namespace AdminApi.Notifications;

/// <summary>A notification as clients show it.</summary>
internal sealed record NotificationRequest
{
    [Required]
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    [Required]
    [JsonPropertyName("body")]
    public string? Body { get; init; }

    [Description("Name or address of a picture.")]
    [JsonPropertyName("icon")]
    public string? Icon { get; init; }

    [Description("Where a click leads.")]
    [JsonPropertyName("link")]
    public string? Link { get; init; }

    [Description("An id of the caller's own: the same within 5 minutes is acknowledged and not sent again.")]
    [MessageId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("id")]
    public string? Id { get; init; }
}
