using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Operations;

/// <summary><c>/admin/…</c>: orders of operators to all pods. The response is 202 with the order's id; 503 while the bus is down.</summary>
internal static class AdminEndpoints
{
    /// <summary>From this number on a time is in milliseconds.</summary>
    private const long FirstMilliseconds = 100_000_000_000;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin").RequireAuthorization(Policies.Operator);
        admin.MapPost("/revoke", RevokeAsync);
        admin.MapPost("/disconnect", DisconnectAsync);
        admin.MapPost("/drain", async (HttpContext http, IControlChannel control) => Accepted(await control.SendAsync(Orders.Drain, [], http.RequestAborted)));
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, RevocationStore revocations, TimeProvider time)
    {
        var body = await JsonBody.ReadAsync<RevokeBody>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        return request switch
        {
            { Jti: { Length: > 0 } jti, UserId: null, IssuedBefore: null } => Accepted(await revocations.RevokeTokenAsync(jti, http.RequestAborted)),
            { Jti: null, UserId: { } user, IssuedBefore: null } => Names.IsUserId(user) ? Accepted(await revocations.RevokeUserAsync(user, http.RequestAborted)) : InvalidUser(),
            { Jti: null, UserId: null, IssuedBefore: { } number } when TimeOf(number) is { } before && before <= time.GetUtcNow() + ClockSkew =>
                Accepted(await revocations.RevokeIssuedBeforeAsync(before, http.RequestAborted)),
            { Jti: null, UserId: null, IssuedBefore: not null } => Invalid("issued_before", "A time in the past is expected, in seconds since 1970."),
            _ => Invalid("body", "Exactly one of jti, user_id and issued_before is expected."),
        };
    }

    private static async Task<IResult> DisconnectAsync(HttpContext http, IControlChannel control)
    {
        var body = await JsonBody.ReadAsync<DisconnectBody>(http.Request);
        if (!body.TryGet(out var request, out var problem)) return problem;
        switch (request)
        {
            case { ConnectionId: { } id, UserId: null }:
                if (!Guid.TryParseExact(id, "N", out _)) return Invalid("connection_id", "32 hex digits are expected: the client_id of the welcome.");
                return Accepted(await control.SendAsync(Orders.Disconnect, new JsonObject { ["connection_id"] = id }, http.RequestAborted));
            case { ConnectionId: null, UserId: { } user }:
                if (!Names.IsUserId(user)) return InvalidUser();
                return Accepted(await control.SendAsync(Orders.Disconnect, new JsonObject { ["user_id"] = user }, http.RequestAborted));
            default:
                return Invalid("body", "Exactly one of connection_id and user_id is expected.");
        }
    }

    private static DateTimeOffset? TimeOf(long number) => number switch
    {
        <= 0 or >= FirstMilliseconds * 1000 => null,
        >= FirstMilliseconds => DateTimeOffset.FromUnixTimeMilliseconds(number),
        _ => DateTimeOffset.FromUnixTimeSeconds(number),
    };

    private static IResult Accepted(string id) => Results.Json(new OrderResponse(id), statusCode: StatusCodes.Status202Accepted);

    private static IResult InvalidUser() => Invalid("user_id", "1 to 256 visible characters are expected.");

    private static IResult Invalid(string field, string text) =>
        Results.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [text] });

    internal sealed record RevokeBody(
        [property: JsonConverter(typeof(TextOrNumber))] string? Jti, [property: JsonConverter(typeof(TextOrNumber))] string? UserId, long? IssuedBefore);

    internal sealed record DisconnectBody(string? ConnectionId, [property: JsonConverter(typeof(TextOrNumber))] string? UserId);

    internal sealed record OrderResponse(string Id);
}

/// <summary>Names of the orders to all pods, besides that of <see cref="RevocationStore"/>.</summary>
internal static class Orders
{
    /// <summary>Closes a connection or those of a user.</summary>
    public const string Disconnect = "disconnect";

    /// <summary>Closes all connections gradually with 1001; new ones are accepted.</summary>
    public const string Drain = "drain";

    /// <summary>As <see cref="Drain"/> with 1012, and ends <see cref="Stop"/>.</summary>
    public const string Restart = "restart";

    /// <summary>As <see cref="Drain"/>, and handshakes are refused until <see cref="Start"/> or the end of the process.</summary>
    public const string Stop = "stop";

    public const string Start = "start";

    /// <summary>Closes the connections of tokens that were blacklisted.</summary>
    public const string Blacklist = "blacklist";
}
