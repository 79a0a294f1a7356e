using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Options;

namespace UserApi.Messages;

/// <summary>Messages of a user to another user or to a room.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder user)
    {
        user.MapPost("/messages", SendAsync).WithTags("Messages").LimitUserPublishing()
            .Describe<MessageRequest, PublishResponse>("Send a message to a user", "A `user_message` to all connections of the receiver, from the caller.");
        user.MapPost("/chat", ChatAsync).WithTags("Messages").LimitUserPublishing()
            .Describe<ChatRequest, PublishResponse>(
                "Chat", "A `chat` message to a user, or to a room with the scope `publish:room`. Members without the scope send theirs over the WebSocket.");
    }

    private static async Task<IResult> SendAsync(HttpContext http, CallerPublisher publisher, IOptions<MessageOptions> options)
    {
        var body = await JsonBody.ReadAsync<MessageRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        return await SendToUserAsync(MessageTypes.UserMessage, request.To!, request.Text!, request.Id, http, publisher, options.Value);
    }

    private static async Task<IResult> ChatAsync(HttpContext http, CallerPublisher publisher, IOptions<MessageOptions> options)
    {
        var body = await JsonBody.ReadAsync<ChatRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        if (string.IsNullOrEmpty(request.Room))
            return await SendToUserAsync(MessageTypes.Chat, request.To!, request.Text!, request.Id, http, publisher, options.Value);

        _ = Target.TryParseRoomName(request.Room, out var target);
        if (PublishScope.ErrorFor(http.GetCaller()!, target) is { } error)
            return (error with { Detail = error.Detail + "; members of a room send their messages over the WebSocket" }).Http();
        var content = new ChatContent(http.GetCaller()!.UserId, To: null, request.Room, request.Text!);
        return (await publisher.PublishAsync(http, target, MessageTypes.Chat, content, request.Id)).Http();
    }

    private static async Task<IResult> SendToUserAsync(
        string type, string to, string text, string? id, HttpContext http, CallerPublisher publisher, MessageOptions options)
    {
        var (caller, target) = (http.GetCaller()!, Target.User(to));
        if (!options.AllowUserMessages && PublishScope.ErrorFor(caller, target) is { } error)
            return (error with { Detail = "Rooms:AllowUserMessages is false here: " + error.Detail }).Http();
        return (await publisher.PublishAsync(http, target, type, new ChatContent(caller.UserId, to, Room: null, text), id)).Http();
    }
}

/// <summary>Section <c>Rooms</c>, which the gateway reads too: sockets and HTTP follow one rule.</summary>
internal sealed class MessageOptions
{
    /// <summary>Whether any authenticated user may send <c>user_message</c> and <c>chat</c> to another. Default true.</summary>
    public bool AllowUserMessages { get; set; } = true;
}

/// <summary>A message from the caller to another user.</summary>
internal sealed record MessageRequest(
    [property: Required, UserId, Description("User id of the receiver."), JsonConverter(typeof(TextOrNumber))] string? To,
    [property: Required] string? Text,
    [property: MessageId, Description(MessageIdAttribute.Meaning), JsonConverter(typeof(TextOrNumber))] string? Id = null);

/// <summary>A chat message from the caller to a user or to a room.</summary>
internal sealed record ChatRequest(
    [property: Required] string? Text,
    [property: UserId, Description("User id of the receiver; or give `room`."), JsonConverter(typeof(TextOrNumber))] string? To = null,
    [property: RoomName, Description("Room whose members receive it; or give `to`.")] string? Room = null,
    [property: MessageId, Description(MessageIdAttribute.Meaning), JsonConverter(typeof(TextOrNumber))] string? Id = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(To) == string.IsNullOrEmpty(Room)) yield return new("Give either to or room.", ["to", "room"]);
    }
}
