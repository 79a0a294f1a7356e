using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Problems;
using Microsoft.Extensions.Options;

namespace Gateway.Presence;

/// <summary><c>GET /ws/online-users?after&amp;limit</c>: the connected users of all pods, ordered by id. Operators only, because names are private.</summary>
internal static class OnlineUsersEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static void MapOnlineUsers(this IEndpointRouteBuilder app) =>
        app.MapGet("/ws/online-users", RespondAsync).RequireAuthorization(Policies.Operator).ExcludeFromDescription();

    private static async Task RespondAsync(HttpContext http, IPresence presence, IOptions<PresenceOptions> options)
    {
        if (!options.Value.Enabled)
        {
            await http.WriteProblemAsync(StatusCodes.Status404NotFound, "presence is not recorded (Presence:Enabled)");
            return;
        }

        var after = http.Request.Query["after"].ToString();
        var limitText = http.Request.Query["limit"].ToString();
        var limit = DefaultLimit;
        if (limitText is not "" && (!int.TryParse(limitText, out limit) || limit is < 1 or > MaxLimit))
        {
            await http.WriteProblemAsync(StatusCodes.Status400BadRequest, $"\"limit\" must be a whole number from 1 to {MaxLimit}");
            return;
        }

        if (after is not "" && !Names.IsUserId(after))
        {
            await http.WriteProblemAsync(StatusCodes.Status400BadRequest, "\"after\" must be a user id, the \"next\" of the page before");
            return;
        }

        try
        {
            var page = await presence.GetOnlineAsync(after is "" ? null : after, limit, http.RequestAborted);
            var users = page.Users.Select(user => new OnlineUser(user.UserId, user.UserName, user.Connections));
            await http.Response.WriteAsJsonAsync(new OnlineUsers(0, "success", new OnlineUsersPage(page.Total, users, page.HasMore ? page.Users[^1].UserId : null)));
        }
        catch (BusUnavailableException e)
        {
            http.Response.Headers.RetryAfter = "1";
            await http.WriteProblemAsync(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    internal sealed record OnlineUsers(int code, string message, OnlineUsersPage data);

    internal sealed record OnlineUsersPage(
        long total, IEnumerable<OnlineUser> users, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? next);

    internal sealed record OnlineUser(string user_id, string user_name, int connections);
}
