using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;

namespace UserApi.Tasks;

/// <summary>Whose a task shall be.</summary>
internal sealed record OwnerRequest
{
    [Description("The caller's own id; another's with the scope `publish:user`.")]
    [Required]
    [UserId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }
}

internal sealed record OwnerResponse(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("user_id")] string UserId);
