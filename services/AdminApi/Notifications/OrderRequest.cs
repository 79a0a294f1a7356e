using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;

namespace AdminApi.Notifications;

/// <summary>Tells a user what became of an order.</summary>
internal sealed record OrderRequest
{
    [Required]
    [UserId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [Required]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("order_id")]
    public string? OrderId { get; init; }

    [Description("As the shop names it: `shipped`.")]
    [Required]
    [JsonPropertyName("order_status")]
    public string? OrderStatus { get; init; }

    [Description("An id of the caller's own: the same within 5 minutes is acknowledged and not sent again.")]
    [MessageId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("id")]
    public string? Id { get; init; }
}

/// <summary>The order's fields for clients that do more than show the text.</summary>
internal sealed record OrderData(
    [property: JsonPropertyName("order_id")] string OrderId,
    [property: JsonPropertyName("order_status")] string OrderStatus,
    [property: JsonPropertyName("user_id")] string UserId);
