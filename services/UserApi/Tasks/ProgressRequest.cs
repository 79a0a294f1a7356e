using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Hosting.Requests;

namespace UserApi.Tasks;

/// <summary>How far a task has come.</summary>
internal sealed record ProgressRequest
{
    [Description("What is being done, for a person.")]
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [Range(0, int.MaxValue)]
    [JsonPropertyName("step")]
    public int? Step { get; init; }

    [Range(0, int.MaxValue)]
    [JsonPropertyName("total_steps")]
    public int? TotalSteps { get; init; }

    [Description("How much is done, in the task's own measure: 0 to 1, or 0 to 100.")]
    [Range(0, 1e9)]
    [JsonPropertyName("progress")]
    public double? Progress { get; init; }

    [Description("`completed`, `failed` and `cancelled` end the task; any other word, or none, is progress.")]
    [StringLength(64)]
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [Description("An id of the caller's own: the same within 5 minutes is acknowledged and not sent again.")]
    [MessageId]
    [JsonConverter(typeof(TextOrNumber))]
    [JsonPropertyName("id")]
    public string? Id { get; init; }
}
