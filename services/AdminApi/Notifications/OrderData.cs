using System.Text.Json.Serialization;

namespace AdminApi.Notifications;

/// <summary>The order's fields for clients that do more than show the text.</summary>
internal sealed record OrderData(
    [property: JsonPropertyName("order_id")] string OrderId,
    [property: JsonPropertyName("order_status")] string OrderStatus,
    [property: JsonPropertyName("user_id")] string UserId);
