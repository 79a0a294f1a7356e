using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace UserApi.Tasks;

/// <summary>The owners of tasks, and the progress of tasks.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder user)
    {
        var tasks = user.MapGroup("/tasks").WithTags("Tasks").LimitUserPublishing();
        tasks.MapPut("/{id}", AssignAsync)
            .Describe<OwnerRequest, OwnerResponse>(
                "Assign a task to a user",
                "Only the owner can watch a task. Needs the scope `publish:user`; with `Tasks:UnknownOwner=First` users may also take a task that has no owner.")
            .WithProblems(StatusCodes.Status409Conflict);
        tasks.MapPost("/{id}/progress", ReportAsync)
            .Describe<ProgressRequest, PublishResponse>(
                "Report the progress of a task",
                "A `progress`, `completed` or `error` message to the watchers of the task. Allowed for its owner, and with the scope `publish:user`.");
    }

    private static async Task<IResult> AssignAsync(string id, HttpContext http, TaskOwners owners)
    {
        if (IdError(id) is { } invalid) return invalid.Http();
        var body = await JsonBody.ReadAsync<OwnerRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;

        var (caller, wanted) = (http.GetCaller()!, request.UserId!);
        if (PublishScope.ErrorFor(caller, Target.User(wanted)) is { } error)
        {
            if (caller.UserId != wanted) return error.Http();
            var owner = await owners.ClaimAsync(id, wanted, http.RequestAborted);
            if (owner is null) return (error with { Detail = $"no service has assigned the task {id} to a user (Tasks:UnknownOwner): {error.Detail}" }).Http();
            if (owner != wanted) return new PublishError(StatusCodes.Status409Conflict, $"the task {id} belongs to another user").Http();
        }
        else
        {
            await owners.AssignAsync(id, wanted, http.RequestAborted);
        }

        return Results.Ok(new OwnerResponse(id, wanted));
    }

    private static async Task<IResult> ReportAsync(string id, HttpContext http, TaskOwners owners, CallerPublisher publisher, TimeProvider time)
    {
        if (IdError(id) is { } invalid) return invalid.Http();
        var body = await JsonBody.ReadAsync<ProgressRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;

        var caller = http.GetCaller()!;
        var owner = await owners.FindAsync(id, http.RequestAborted);
        if (owner != caller.UserId && PublishScope.ErrorFor(caller, Target.User(owner ?? "")) is { } error)
            return (error with { Detail = $"the task {id} does not belong to this caller; for the tasks of others the scope {Scopes.PublishUser} is needed" }).Http();

        var content = new ProgressContent(
            id, request.Message, request.Step, request.TotalSteps, request.Progress, request.Status, time.GetUtcNow().ToUnixTimeSeconds());
        return (await publisher.PublishAsync(http, Target.Task(id), TypeOf(request.Status), content, request.Id)).Http();
    }

    /// <summary>The type of the message that reports a status.</summary>
    internal static string TypeOf(string? status) => status switch
    {
        "completed" => "completed",
        "failed" or "cancelled" => MessageTypes.Error,
        _ => "progress",
    };

    private static PublishError? IdError(string id) => Names.IsName(id) ? null : PublishError.Invalid($"the task id in the path must be {Names.Rule}");
}

/// <summary>The new owner of a task.</summary>
internal sealed record OwnerRequest(
    [property: Required, UserId, Description("The caller's own id; another's with the scope `publish:user`."), JsonConverter(typeof(TextOrNumber))] string? UserId);

internal sealed record OwnerResponse(string TaskId, string UserId);

/// <summary>The progress of a task.</summary>
internal sealed record ProgressRequest(
    [property: Description("What the task is doing, for a person.")] string? Message = null,
    [property: Range(0, int.MaxValue)] int? Step = null,
    [property: Range(0, int.MaxValue)] int? TotalSteps = null,
    [property: Range(0, 1e9), Description("How much is done, in the task's own measure: 0 to 1, or 0 to 100.")] double? Progress = null,
    [property: StringLength(64), Description("`completed`, `failed` and `cancelled` end the task; any other word, or none, is progress.")] string? Status = null,
    [property: MessageId, Description(MessageIdAttribute.Meaning), JsonConverter(typeof(TextOrNumber))] string? Id = null);

/// <summary>Content of <c>progress</c>, <c>completed</c> and <c>error</c>; the timestamp is in Unix seconds.</summary>
internal sealed record ProgressContent(
    string TaskId, string? Message, int? Step, int? TotalSteps, double? Progress, string? Status, long Timestamp);
