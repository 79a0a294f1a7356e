using System.Text.Json.Serialization;

namespace UserApi.Tasks;

internal sealed record OwnerAnswer(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("user_id")] string UserId);
