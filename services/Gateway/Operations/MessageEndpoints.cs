using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Api.Limits;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace Gateway.Operations;

/// <summary>
/// <c>/ws/message/…</c>: publishing through the gateway itself, to all pods. The response is <c>{"success":true}</c>, or
/// <c>{"success":false,"message":…}</c> with an error status; a body that cannot be read gets problem details.
/// </summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        var messages = app.MapGroup("/ws/message").LimitPublishing().RequireAuthorization();
        messages.MapPost("/notification/user/{id}", (HttpContext http, string id, GatewayPublisher publisher) =>
            PublishAsync<NotificationBody>(http, Target.User(http.LastPathSegment() ?? id), body => body.ToMessage(), publisher));
        messages.MapPost("/system/broadcast", (HttpContext http, GatewayPublisher publisher) =>
            PublishAsync<NotificationBody>(http, Target.All, body => body.ToMessage(), publisher));
        messages.MapPost("/data-update/group/{room}", (HttpContext http, string room, GatewayPublisher publisher) =>
        {
            _ = Target.TryParseRoomName(room, out var target);
            return PublishAsync<DataUpdateBody>(http, target, body => body.ToMessage(), publisher);
        });
    }

    private static async Task<IResult> PublishAsync<T>(HttpContext http, Target target, Func<T, OutgoingMessage> toMessage, GatewayPublisher publisher)
        where T : class
    {
        if (MessageRules.TargetError(target) is { } invalid) return Respond(PublishError.Invalid(invalid));
        if (PublishScope.ErrorFor(http.GetCaller()!, target) is { } forbidden) return Respond(forbidden);
        var body = await JsonBody.ReadAsync<T>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        try
        {
            return Respond(PublishError.WithoutId(await publisher.PublishAsync(target, toMessage(request), http.RequestAborted)));
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            // JsonException: the data contains an unpaired surrogate.
            return Respond(PublishError.Invalid(e.Message));
        }
    }

    private static IResult Respond(PublishError? error) => error is null
        ? Results.Json(new { success = true })
        : error.As(Results.Json(new { success = false, message = error.Detail }, statusCode: error.Status));

    internal sealed record NotificationBody([property: Required] string? Title, [property: Required] string? Body, string? Icon, string? Link)
    {
        public OutgoingMessage ToMessage() => OutgoingMessage.Notification(Title!, Body!, Icon, Link);
    }

    internal sealed record DataUpdateBody(
        [property: Required] string? Entity,
        [property: Required] string? Action,
        [property: Required, JsonConverter(typeof(TextOrNumber))] string? Id,
        JsonElement? Data)
    {
        public OutgoingMessage ToMessage() => OutgoingMessage.DataUpdate(Entity!, Action!, Id!, Data);
    }
}
