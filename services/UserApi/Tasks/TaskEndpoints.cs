using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Requests;
using Gateway.Api.Responses;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace UserApi.Tasks;

/// <summary>Whose a task is, and how far it has come.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder user)
    {
        var tasks = user.MapGroup("/tasks").WithTags("Tasks").LimitPublishing();
        tasks.MapPut("/{id}", Own)
            .Describe<OwnerRequest, OwnerResponse>(
                "Say whose a task is", "Only its owner can watch a task. A user may take one that is nobody's; the scope `publish:user` may give any to anybody.")
            .WithProblems(StatusCodes.Status409Conflict);
        tasks.MapPost("/{id}/progress", Progress)
            .Describe<ProgressRequest, PublishResponse>(
                "Tell how far a task has come",
                "A `progress`, `completed` or `error` message to those who watch the task. For its owner, or with the scope `publish:user`.");
    }

    private static async Task<IResult> Own(string id, HttpContext http, TaskOwners owners)
    {
        if (Fault(id) is { } fault) return fault;
        var body = await JsonBody.ReadAsync<OwnerRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;

        var (caller, wanted) = (http.GetCaller()!, request.UserId!);
        if (caller.MayPublishTo(Target.User(wanted)))
            await owners.GiveAsync(id, wanted, http.RequestAborted);
        else if (caller.UserId != wanted)
            return Refuse(StatusCodes.Status403Forbidden, "a user may take a task only for himself; for others the scope publish:user is needed");
        else if (await owners.ClaimAsync(id, wanted, http.RequestAborted) != wanted)
            return Refuse(StatusCodes.Status409Conflict, $"the task {id} belongs to another user");
        return Results.Ok(new OwnerResponse(id, wanted));
    }

    private static async Task<IResult> Progress(string id, HttpContext http, TaskOwners owners, CallerPublisher publisher, TimeProvider time)
    {
        if (Fault(id) is { } fault) return fault;
        var body = await JsonBody.ReadAsync<ProgressRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;

        var caller = http.GetCaller()!;
        var owner = await owners.OfAsync(id, http.RequestAborted);
        if (caller.UserId != owner && !caller.MayPublishTo(Target.User(owner ?? "")))
            return Refuse(StatusCodes.Status403Forbidden, $"the task {id} is not this caller's: PUT takes one that is nobody's; for others the scope publish:user is needed");

        var type = TaskMessageTypes.TypeOf(request.Status);
        var content = new ProgressContent(
            id, request.Message, request.Step, request.TotalSteps, request.Progress, request.Status, time.GetUtcNow().ToUnixTimeSeconds());
        var result = await publisher.PublishAsync(http, Target.Task(id), type, content, request.Id);
        if (result.Taken && owner is not null && type != TaskMessageTypes.Progress) await owners.EndAsync(id, owner, http.RequestAborted);
        return PublishResponse.Http(result);
    }

    private static IResult? Fault(string id) =>
        Names.IsName(id) ? null : Refuse(StatusCodes.Status400BadRequest, $"the task id in the path must be {Names.Rule}");

    private static IResult Refuse(int status, string detail) => new PublishError(status, detail).Http();
}
