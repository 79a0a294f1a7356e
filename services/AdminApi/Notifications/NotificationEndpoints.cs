using System.Text.Json;
using Gateway.Api.Limits;
using Gateway.Api.OpenApi;
using Gateway.Api.Requests;
using Gateway.Api.Responses;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace AdminApi.Notifications;

/// <summary>Notifications by template: to all, to one user, about an order.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder admin)
    {
        var notifications = admin.MapGroup("/api/v1/admin/notifications").WithTags("Notifications").LimitPublishing();
        notifications.MapPost("/system", System).RequireAuthorization(Policies.PublishAll)
            .Describe<NotificationRequest, PublishResponse>("Notify everybody", "A notification to every connection. Scope `publish:all`.");
        notifications.MapPost("/user/{id}", User).RequireAuthorization(Policies.PublishUser)
            .Describe<NotificationRequest, PublishResponse>("Notify a user", "A notification to all connections of one user. Scope `publish:user`.");
        notifications.MapPost("/order", Order).RequireAuthorization(Policies.PublishUser)
            .Describe<OrderRequest, PublishResponse>(
                "Notify a user about an order", "Title and text tell the order's new status; `data` carries the fields. Scope `publish:user`.");
    }

    private static async Task<IResult> System(HttpContext http, GatewayPublisher publisher) => await Notify(Target.All, http, publisher);

    private static async Task<IResult> User(string id, HttpContext http, GatewayPublisher publisher)
    {
        var target = Target.User(http.LastPathSegment() ?? id);
        return target.IsValid
            ? await Notify(target, http, publisher)
            : new PublishError(StatusCodes.Status400BadRequest, $"the user id in the path must be 1 to {Names.MaxUserIdLength} visible characters").Http();
    }

    private static async Task<IResult> Notify(Target target, HttpContext http, GatewayPublisher publisher)
    {
        var body = await JsonBody.ReadAsync<NotificationRequest>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        var message = OutgoingMessage.Notification(request.Title!, request.Body!, request.Icon, request.Link) with { Id = request.Id };
        return PublishResponse.Http(await publisher.PublishAsync(target, message, http.RequestAborted));
    }

    private static async Task<IResult> Order(HttpContext http, GatewayPublisher publisher)
    {
        var body = await JsonBody.ReadAsync<OrderRequest>(http.Request);
        if (!body.TryGet(out var order, out var problem)) return problem;
        var data = new OrderData(order.OrderId!, order.OrderStatus!, order.UserId!);
        var message = OutgoingMessage.Notification($"Order {data.OrderId}", $"Your order {data.OrderId} is now: {data.OrderStatus}") with
        {
            Id = order.Id,
            Data = JsonSerializer.SerializeToUtf8Bytes(data),
        };
        return PublishResponse.Http(await publisher.PublishAsync(Target.User(data.UserId), message, http.RequestAborted));
    }
}
