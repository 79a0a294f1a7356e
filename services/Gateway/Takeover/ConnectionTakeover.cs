using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Takeover;

/// <summary>
/// Connection middleware that keeps the transport after HTTP has finished. An upgraded request leaves here what is to run on
/// its connection and returns; it then runs on the same transport, while all of HTTP's state for the request (about 6 KiB)
/// can be collected. Relies on HTTP/1.1 leaving the transport open after an upgraded request, which a test guards.
/// </summary>
internal sealed class ConnectionTakeover(ConnectionContext transport) : IConnectionHeartbeatFeature
{
    private readonly List<(Action<object> Action, object State)> _ticks = [];

    public ConnectionContext Transport => transport;

    /// <summary>What runs on the connection after HTTP has finished; set by the request.</summary>
    public Func<Task>? Run { get; set; }

    /// <summary>
    /// The takeover of a request's connection. It is found as the feature that it replaces: a feature of its own would make the
    /// feature collection of every connection larger.
    /// </summary>
    public static ConnectionTakeover Of(HttpContext http) => http.Features.Get<IConnectionHeartbeatFeature>() as ConnectionTakeover
        ?? throw new InvalidOperationException("The connection middleware of this service is not installed.");

    public static Func<ConnectionDelegate, ConnectionDelegate> Middleware(HttpHeartbeat heartbeat) =>
        next => connection => RunHttpAsync(connection, next, heartbeat).Unwrap();

    /// <summary>
    /// For connections that stay inside their request. Kestrel's HTTP aborts a connection whose peer has sent FIN, and with it what is still
    /// to be sent, so it sees a token that is not cancelled once the request is upgraded.
    /// </summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> MiddlewareInsideRequest(HttpHeartbeat heartbeat) => next => async connection =>
    {
        var closed = connection.ConnectionClosed;
        using var visible = new CancellationTokenSource();
        using var registration = closed.Register(static source => ((CancellationTokenSource)source!).Cancel(), visible);
        connection.Features.Set(new HiddenClose(registration, closed));
        connection.ConnectionClosed = visible.Token;
        await RunHttpAsync(connection, next, heartbeat).Unwrap();
    };

    /// <summary>Called before the upgrade: no timeout of Kestrel's HTTP applies to the connection afterwards.</summary>
    public void Prepare(HttpContext http)
    {
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } response) response.MinDataRate = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request) request.MinDataRate = null;
        if (transport.Features.Get<HiddenClose>() is not { } hidden) return;
        hidden.Registration.Unregister();
        transport.ConnectionClosed = hidden.Closed;
    }

    /// <summary>Kestrel's HTTP registers for ticks, which its timeouts need; they come from the <see cref="HttpHeartbeat"/> until HTTP has finished.</summary>
    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (_ticks) _ticks.Add((action, state));
    }

    public void Tick()
    {
        lock (_ticks)
        {
            foreach (var (action, state) in _ticks) action(state);
        }
    }

    /// <summary>
    /// Returns the task of what runs after HTTP. That is not awaited here: this method's state machine references HTTP, so it must end before.
    /// The connection's own feature is put back for the same reason.
    /// </summary>
    private static async Task<Task> RunHttpAsync(ConnectionContext connection, ConnectionDelegate next, HttpHeartbeat heartbeat)
    {
        var takeover = new ConnectionTakeover(connection);
        var replaced = connection.Features.Get<IConnectionHeartbeatFeature>();
        connection.Features.Set<IConnectionHeartbeatFeature>(takeover);
        heartbeat.Add(takeover);
        try
        {
            await next(connection);
        }
        finally
        {
            heartbeat.Remove(takeover);
            connection.Features.Set(replaced);
        }

        return takeover.Run is { } run ? run() : Task.CompletedTask;
    }

    /// <summary>What <see cref="MiddlewareInsideRequest"/> keeps until the upgrade.</summary>
    private sealed record HiddenClose(CancellationTokenRegistration Registration, CancellationToken Closed);
}
