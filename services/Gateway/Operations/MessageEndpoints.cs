using System.Text.Json;
using Gateway.Api.Limits;
using Gateway.Bus;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace Gateway.Operations;

/// <summary>
/// <c>/ws/message/…</c>: publishing through the gateway itself, to all pods. The response is <c>{"success":true}</c>, or
/// <c>{"success":false,"message":…}</c> with an error status.
/// </summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        var messages = app.MapGroup("/ws/message").LimitPublishing();
        messages.MapPost("/notification/user/{id}", (HttpContext http, string id, NotificationBody body, GatewayPublisher publisher, CancellationToken cancellation) =>
            RespondAsync(() => publisher.SendUserNotificationAsync(http.LastPathSegment() ?? id, body.Title, body.Body, body.Icon, body.Link, cancellation)))
            .RequireAuthorization(Policies.PublishUser);
        messages.MapPost("/system/broadcast", (NotificationBody body, GatewayPublisher publisher, CancellationToken cancellation) =>
            RespondAsync(() => publisher.SendSystemNotificationAsync(body.Title, body.Body, body.Icon, body.Link, cancellation)))
            .RequireAuthorization(Policies.PublishAll);
        messages.MapPost("/data-update/group/{room}", (string room, DataUpdateBody body, GatewayPublisher publisher, CancellationToken cancellation) =>
            RespondAsync(() => publisher.SendDataUpdateAsync(room, body.Entity, body.Action, body.Id, body.Data, cancellation)))
            .RequireAuthorization(Policies.PublishRoom);
    }

    private static async Task<IResult> RespondAsync(Func<ValueTask<PublishResult>> publish)
    {
        try
        {
            var result = await publish();
            return result.Status switch
            {
                PublishStatus.TooLarge => Fail(StatusCodes.Status413PayloadTooLarge, result.Reason!),
                PublishStatus.Unavailable => new RetryLater(Fail(StatusCodes.Status503ServiceUnavailable, "the message bus is not reachable")),
                _ => Results.Json(new { success = true }),
            };
        }
        catch (ArgumentException e)
        {
            return Fail(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static IResult Fail(int status, string message) => Results.Json(new { success = false, message }, statusCode: status);

    /// <summary>RFC 9110 section 10.2.3.</summary>
    private sealed class RetryLater(IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "1";
            return inner.ExecuteAsync(httpContext);
        }
    }

    internal sealed record NotificationBody(string Title = "", string Body = "", string? Icon = null, string? Link = null);

    internal sealed record DataUpdateBody(string Entity = "", string Action = "", string Id = "", JsonElement? Data = null);
}
