namespace UserApi.Tasks;

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
