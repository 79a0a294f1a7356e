using System.Net;
using Gateway.Bus;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Hosting.Origins;
using Gateway.Rooms;
using Gateway.Takeover;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Gateway.Handshake;

/// <summary>
/// The endpoint of every WebSocket dialect: an HTTP request with Upgrade becomes a connection, or is refused by an HTTP response
/// before the upgrade.
/// </summary>
internal sealed partial class HandshakeEndpoint(
    ITokenValidator tokens,
    Tickets tickets,
    OriginPolicy origins,
    Admission admission,
    SessionFactory sessions,
    GatewayMetrics metrics,
    RefusalLog refusals,
    IOptions<TakeoverOptions> takeoverOptions,
    IOptions<RoomOptions> roomOptions,
    ILogger<HandshakeEndpoint> logger)
{
    public async Task InvokeAsync(HttpContext http, Dialect dialect)
    {
        var refusal = await AcceptAsync(http, dialect);
        metrics.Handshake(refusal?.Status ?? StatusCodes.Status101SwitchingProtocols);
        if (refusal is null) return;
        refusals.Add(refusal, http.Connection.RemoteIpAddress);
        await refusal.WriteAsync(http);
    }

    /// <summary>Null when the request was upgraded.</summary>
    private async Task<Refusal?> AcceptAsync(HttpContext http, Dialect dialect)
    {
        if (UpgradeRequest.Check(http) is { } notWebSocket) return notWebSocket;
        if (!origins.IsAllowed(http.Request)) return new Refusal(403, "pages of this Origin may not connect; the setting ALLOWED_ORIGINS (Origins:Allowed) names those that may");
        if (admission.CheckHandshakeRate() is { } tooMany) return tooMany;
        var credentials = Credentials.Read(http.Request);
        if (credentials.Refusal is not null) return credentials.Refusal;
        var (caller, unauthorized) = await AuthenticateAsync(credentials, http.RequestAborted);
        if (caller is null) return unauthorized;
        if (RequestedTargets.Read(http.Request, caller, roomOptions.Value.MaxPerConnection, out var targets) is { } invalid) return invalid;
        var (lease, refusal) = await admission.AcquireAsync(caller.UserId, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (refusal is not null) return refusal;
        await UpgradeAsync(http, dialect, caller, credentials, lease, targets);
        return null;
    }

    private async ValueTask<(Caller? Caller, Refusal? Refusal)> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        try
        {
            if (credentials.Ticket is not null)
            {
                return await tickets.RedeemAsync(credentials.Ticket, cancellation) is { } holder
                    ? (holder, null)
                    : (null, new Refusal(401, "the ticket is unknown, used or expired, or its token is no longer valid"));
            }

            if (credentials.Token is null) return (null, new Refusal(401, "no token: send Authorization: Bearer, the subprotocols gateway.v1 and bearer.<token>, or ?ticket= or ?token="));
            var (caller, error) = await tokens.ValidateAsync(credentials.Token, cancellation);
            return (caller, caller is null ? new Refusal(401, error!) : null);
        }
        catch (BusUnavailableException)
        {
            return (null, new Refusal(503, "tickets cannot be checked: the message bus is not reachable; try again", RetryAfterSeconds: 1));
        }
    }

    private async Task UpgradeAsync(
        HttpContext http, Dialect dialect, Caller caller, Credentials credentials, ConnectionLease lease, RequestedTargets targets)
    {
        ConnectionTakeover takeover;
        Session session;
        try
        {
            takeover = ConnectionTakeover.Of(http);
            takeover.Prepare(http);
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.SecWebSocketAccept = UpgradeRequest.Accept(http.Request.Headers.SecWebSocketKey!);
            if (credentials.Subprotocol is not null) http.Response.Headers.SecWebSocketProtocol = credentials.Subprotocol;
            await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            session = sessions.Create(takeover.Transport, caller, dialect, lease, targets, out var id);
            Log.Connected(logger, id, UserAgent.ForLog(http.Request.Headers.UserAgent.ToString()), http.Connection.RemoteIpAddress);
        }
        catch
        {
            admission.Release(lease);
            throw;
        }

        if (takeoverOptions.Value.Takeover) takeover.Run = session.RunAsync;
        else await session.RunAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(3000, LogLevel.Information, "Connected {ConnectionId}, user agent \"{UserAgent}\", from {RemoteAddress}")]
        public static partial void Connected(ILogger logger, string connectionId, string userAgent, IPAddress? remoteAddress);
    }
}
