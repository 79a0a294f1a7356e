using Gateway.Contracts;

namespace UserApi.Tasks;

/// <summary>What a task says of itself → the type of the message.</summary>
internal static class TaskStatusWords
{
    public const string Progress = "progress";
    public const string Completed = "completed";

    public static string TypeOf(string? status) => status switch
    {
        "completed" => Completed,
        "failed" or "cancelled" => MessageTypes.Error,
        _ => Progress,
    };
}
