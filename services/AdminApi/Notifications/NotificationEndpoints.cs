using System.Text.Encodings.Web;
using System.Text.Json;
using AdminApi.Publish;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Api.Requests;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace AdminApi.Notifications;

/// <summary>Notifications by template: to all, to one user, about an order.</summary>
internal static class NotificationEndpoints
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapNotifications(this IEndpointRouteBuilder admin)
    {
        var notifications = admin.MapGroup("/api/v1/admin/notifications").WithTags("Notifications").LimitPublishing();
        notifications.MapPost("/system", NotifyAllAsync)
            .Describe<NotificationRequest, PublishResponse>("Notify everybody", "A notification to every connection. Scope `publish:all`.");
        notifications.MapPost("/user/{id}", NotifyUserAsync)
            .Describe<NotificationRequest, PublishResponse>("Notify a user", "A notification to all connections of one user. Scope `publish:user`.");
        notifications.MapPost("/order", NotifyOrderAsync)
            .Describe<OrderRequest, PublishResponse>(
                "Notify a user about an order", "Title and text give the order's new status; `data` carries the fields. Scope `publish:user`.");
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

    private static async Task<IResult> NotifyOrderAsync(HttpContext http, ItemPublisher publisher)
    {
        var body = await JsonBody.ReadAsync<OrderRequest>(http.Request);
        if (!body.TryGet(out var order, out var problem)) return problem;
        var target = Target.User(order.UserId!);
        if (PublishScope.ErrorFor(http.GetCaller()!, target) is { } error) return error.Http();
        var data = new OrderData(order.OrderId!, order.OrderStatus!, order.UserId!);
        var message = OutgoingMessage.Notification($"Order {data.OrderId}", $"Your order {data.OrderId} is now: {data.OrderStatus}") with
        {
            Id = order.Id,
            Data = JsonSerializer.SerializeToUtf8Bytes(data, Relaxed),
        };
        return (await publisher.PublishAsync(target, message, http.RequestAborted)).Http();
    }
}
