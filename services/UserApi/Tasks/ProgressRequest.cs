using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;
using Gateway.Contracts;

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

/// <summary>The message type for a task's status.</summary>
internal static class TaskMessageTypes
{
    public static string Of(string? status) => status switch
    {
        "completed" => "completed",
        "failed" or "cancelled" => MessageTypes.Error,
        _ => "progress",
    };
}

/// <summary>Content of <c>progress</c>, <c>completed</c> and <c>error</c>.</summary>
/// <param name="TaskId">Which task.</param>
/// <param name="Message">What is being done.</param>
/// <param name="Step">Which step, of <paramref name="TotalSteps"/>.</param>
/// <param name="TotalSteps">How many there are.</param>
/// <param name="Progress">How much is done.</param>
/// <param name="Status">As the task said it.</param>
/// <param name="Timestamp">Unix seconds.</param>
internal sealed record ProgressContent(
    string TaskId, string? Message, int? Step, int? TotalSteps, double? Progress, string? Status, long Timestamp);
