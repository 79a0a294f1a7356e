using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Origins;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Gateway.Sockets;

/// <summary>
/// GET with Upgrade → a connection. The one way in for every WebSocket dialect: what is wrong is answered in HTTP before the
/// upgrade, and nothing of a request that is refused outlives it.
/// </summary>
internal sealed partial class Handshake(
    ITokenValidator tokens,
    OriginPolicy origins,
    Admission admission,
    SessionFactory sessions,
    GatewayMetrics metrics,
    IOptions<SocketSettings> settings,
    ILogger<Handshake> logger)
{
    public async Task AcceptAsync(HttpContext http, Dialect dialect)
    {
        var refusal = await TryAcceptAsync(http, dialect);
        metrics.Handshake(refusal?.Status ?? StatusCodes.Status101SwitchingProtocols);
        if (refusal is null) return;
        Log.Refused(logger, refusal.Status, refusal.Message, http.Connection.RemoteIpAddress);
        await refusal.WriteAsync(http);
    }

    private async Task<Refusal?> TryAcceptAsync(HttpContext http, Dialect dialect)
    {
        if (UpgradeRequest.Check(http) is { } notWebSocket) return notWebSocket;
        if (!origins.IsAllowed(http.Request)) return new Refusal(403, "pages of this Origin may not connect; the setting ALLOWED_ORIGINS (Origins:Allowed) names those that may");
        if (admission.AtTheDoor() is { } closed) return closed;
        var credentials = Credentials.Read(http.Request);
        if (credentials.Refusal is not null) return credentials.Refusal;
        if (credentials.Token is null) return new Refusal(401, "no token: send Authorization: Bearer, the subprotocols gateway.v1 and bearer.<token>, or ?token=");
        var (caller, error) = await tokens.ValidateAsync(credentials.Token, http.RequestAborted);
        if (caller is null) return new Refusal(401, error!);
        if (RequestedRooms.Read(http.Request, caller, out var rooms) is { } badRoom) return badRoom;
        var (place, full) = admission.TakePlace(caller.UserId, http.Connection.RemoteIpAddress);
        if (place is null) return full;
        await UpgradeAsync(http, dialect, caller, credentials, place, rooms);
        return null;
    }

    private async Task UpgradeAsync(
        HttpContext http, Dialect dialect, Caller caller, Credentials credentials, Admission.Place place, IReadOnlyList<Target> rooms)
    {
        Seat seat;
        Session session;
        try
        {
            seat = Seat.Of(http);
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.SecWebSocketAccept = UpgradeRequest.Accept(http.Request.Headers.SecWebSocketKey!);
            if (credentials.Subprotocol is not null) http.Response.Headers.SecWebSocketProtocol = credentials.Subprotocol;
            await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            session = sessions.Create(seat.Transport, caller, dialect, place, rooms, out var id);
            Log.Connected(logger, id, http.Request.Headers.UserAgent.ToString(), http.Connection.RemoteIpAddress);
        }
        catch
        {
            place.Dispose();
            throw;
        }

        if (settings.Value.Takeover) seat.Taken = session;
        else await session.RunAsync();
    }
}
