using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using AdminApi.Publish;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Gateway.Publishing;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace AdminApi.Notifications;

/// <summary>Endpoints for notifications: to everybody, to one user, about an order.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder admin)
    {
        var notifications = admin.MapGroup("/api/v1/admin/notifications").WithTags("Notifications").LimitPublishing();
        notifications.MapPost("/system", NotifyAllAsync)
            .Describe<NotificationRequest, PublishResponse>("Notify everybody", "A notification to every connection. Scope `publish:all`.");
        notifications.MapPost("/user/{id}", NotifyUserAsync)
            .Describe<NotificationRequest, PublishResponse>("Notify a user", "A notification to all connections of one user. Scope `publish:user`.");
        notifications.MapPost("/order", NotifyOrderAsync)
            .Describe<OrderRequest, PublishResponse>(
                "Notify a user about an order", "The title and text contain the order's new status; `data` contains the fields. Scope `publish:user`.");
    }

    private static Task<IResult> NotifyAllAsync(HttpContext http, ItemPublisher publisher) => NotifyAsync(Target.All, http, publisher);

    private static async Task<IResult> NotifyUserAsync(string id, HttpContext http, ItemPublisher publisher)
    {
        var target = Target.User(http.LastPathSegment() ?? id);
        return target.IsValid
            ? await NotifyAsync(target, http, publisher)
            : PublishError.Invalid($"the user id in the path must be 1 to {Names.MaxUserIdLength} visible characters").Http();
    }

    private static async Task<IResult> NotifyAsync(Target target, HttpContext http, ItemPublisher publisher)
    {
        if (PublishScope.ErrorFor(http.GetCaller()!, target) is { } error) return error.Http();
        var body = await JsonBody.ReadAsync<NotificationRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        var message = OutgoingMessage.Notification(request.Title!, request.Body!, request.Icon, request.Link) with { Id = request.Id };
        return (await publisher.PublishAsync(target, message, http.RequestAborted)).Http();
    }

    private static async Task<IResult> NotifyOrderAsync(HttpContext http, ItemPublisher publisher, IOptions<JsonOptions> json)
    {
        var body = await JsonBody.ReadAsync<OrderRequest>(http.Request);
        if (!body.TryGet(out var order, out var problem)) return problem;
        var target = Target.User(order.UserId!);
        if (PublishScope.ErrorFor(http.GetCaller()!, target) is { } error) return error.Http();
        var message = OutgoingMessage.Notification($"Order {order.OrderId}", $"Your order {order.OrderId} is now: {order.OrderStatus}") with
        {
            Id = order.Id,
            Data = JsonSerializer.SerializeToUtf8Bytes(new { order.OrderId, order.OrderStatus, order.UserId }, json.Value.SerializerOptions),
        };
        return (await publisher.PublishAsync(target, message, http.RequestAborted)).Http();
    }
}

/// <summary>A notification as clients show it.</summary>
internal sealed record NotificationRequest(
    [property: Required] string? Title,
    [property: Required] string? Body,
    [property: Description("Name or address of a picture.")] string? Icon = null,
    [property: Description("Where a click leads.")] string? Link = null,
    [property: MessageId, Description(MessageIdAttribute.Meaning), JsonConverter(typeof(TextOrNumber))] string? Id = null);

/// <summary>Tells a user the new status of an order.</summary>
internal sealed record OrderRequest(
    [property: Required, UserId, JsonConverter(typeof(TextOrNumber))] string? UserId,
    [property: Required, JsonConverter(typeof(TextOrNumber))] string? OrderId,
    [property: Required, Description("The status as clients show it: `shipped`.")] string? OrderStatus,
    [property: MessageId, Description(MessageIdAttribute.Meaning), JsonConverter(typeof(TextOrNumber))] string? Id = null);
