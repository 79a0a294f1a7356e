using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Requests;
using Gateway.Api.Responses;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Options;

namespace UserApi.Messages;

/// <summary>What one user says to another, or in a room.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder user)
    {
        user.MapPost("/messages", Message).WithTags("Messages").LimitPublishing()
            .Describe<MessageRequest, PublishResponse>("Write to a user", "A `user_message` to all connections of the receiver, from the caller.");
        user.MapPost("/chat", Chat).WithTags("Messages").LimitPublishing()
            .Describe<ChatRequest, PublishResponse>(
                "Chat", "A `chat` line to a user, or to a room with the scope `publish:room`: members without it chat over their socket, where membership is known.");
    }

    private static async Task<IResult> Message(HttpContext http, CallerPublisher publisher, IOptions<MessageOptions> settings)
    {
        var body = await JsonBody.ReadAsync<MessageRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        return await ToUser(MessageTypes.UserMessage, request.To!, request.Text!, request.Id, http, publisher, settings.Value);
    }

    private static async Task<IResult> Chat(HttpContext http, CallerPublisher publisher, IOptions<MessageOptions> settings)
    {
        var body = await JsonBody.ReadAsync<ChatRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        if (string.IsNullOrEmpty(request.Room))
            return await ToUser(MessageTypes.Chat, request.To!, request.Text!, request.Id, http, publisher, settings.Value);

        if (!Target.TryParseRoomName(request.Room, out var target) || !http.GetCaller()!.MayPublishTo(target))
            return Forbidden($"this caller has no scope to publish to {target}; members chat over their socket");
        var content = new ChatContent(http.GetCaller()!.UserId, To: null, request.Room, request.Text!);
        return PublishResponse.Http(await publisher.PublishAsync(http, target, MessageTypes.Chat, content, request.Id));
    }

    private static async Task<IResult> ToUser(
        string type, string to, string text, string? id, HttpContext http, CallerPublisher publisher, MessageOptions settings)
    {
        var (caller, target) = (http.GetCaller()!, Target.User(to));
        if (!settings.AllowUserMessages && !caller.MayPublishTo(target)) return Forbidden("users may not write to users here");
        return PublishResponse.Http(await publisher.PublishAsync(http, target, type, new ChatContent(caller.UserId, to, Room: null, text), id));
    }

    private static IResult Forbidden(string detail) => new PublishError(StatusCodes.Status403Forbidden, detail).Http();
}

/// <summary>Section <c>Rooms</c>, which the gateway reads too: sockets and HTTP follow one rule.</summary>
internal sealed class MessageOptions
{
    /// <summary>Whether any authenticated user may send <c>user_message</c> and <c>chat</c> to another. Default true.</summary>
    public bool AllowUserMessages { get; set; } = true;
}
