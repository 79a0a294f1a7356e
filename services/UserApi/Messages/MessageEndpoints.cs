using Gateway.Contracts;
using Gateway.Hosting.Answers;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Limits;
using Gateway.Hosting.OpenApi;
using Gateway.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace UserApi.Messages;

/// <summary>What one user says to another, or in a room.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder user)
    {
        user.MapPost("/messages", Message).WithTags("Messages").LimitPublishing()
            .Describe<MessageRequest, PublishAnswer>("Write to a user", "A `user_message` to all connections of the receiver, from the caller.");
        user.MapPost("/chat", Chat).WithTags("Messages").LimitPublishing()
            .Describe<ChatRequest, PublishAnswer>(
                "Chat", "A `chat` line to a user, or to a room with the scope `publish:room`: members without it chat over their socket, where membership is known.");
    }

    private static async Task<IResult> Message(HttpContext http, CallerPublisher publisher, IOptions<MessageSettings> settings)
    {
        var body = await JsonBody.ReadAsync<MessageRequest>(http.Request);
        if (body.IsFaulty(out var problem, out var request)) return problem;
        return await ToUser(MessageTypes.UserMessage, request.To!, request.Text!, request.Id, http, publisher, settings.Value);
    }

    private static async Task<IResult> Chat(HttpContext http, CallerPublisher publisher, IOptions<MessageSettings> settings)
    {
        var body = await JsonBody.ReadAsync<ChatRequest>(http.Request);
        if (body.IsFaulty(out var problem, out var request)) return problem;
        if (string.IsNullOrEmpty(request.Room))
            return await ToUser(MessageTypes.Chat, request.To!, request.Text!, request.Id, http, publisher, settings.Value);

        if (!Target.TryParseRoomName(request.Room, out var target) || !http.GetCaller()!.MayPublishTo(target))
            return Forbidden($"this caller has no scope to publish to {target}; members chat over their socket");
        var content = new SaidContent(http.GetCaller()!.UserId, To: null, request.Room, request.Text!);
        return PublishAnswer.Http(await publisher.PublishAsync(http, target, MessageTypes.Chat, content, request.Id));
    }

    private static async Task<IResult> ToUser(
        string type, string to, string text, string? id, HttpContext http, CallerPublisher publisher, MessageSettings settings)
    {
        var (caller, target) = (http.GetCaller()!, Target.User(to));
        if (!settings.AllowUserMessages && !caller.MayPublishTo(target)) return Forbidden("users may not write to users here");
        return PublishAnswer.Http(await publisher.PublishAsync(http, target, type, new SaidContent(caller.UserId, to, Room: null, text), id));
    }

    private static IResult Forbidden(string detail) => new PublishFault(StatusCodes.Status403Forbidden, detail).Http();
}
