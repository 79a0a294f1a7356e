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
    private List<(Action<object> Action, object State)>? _ticks = [];

    public ConnectionContext Transport => transport;

    /// <summary>What runs on the connection after HTTP has finished; set by the request.</summary>
    public Func<Task>? Run { get; set; }

    /// <summary>
    /// The takeover of a request's connection. It is found as the feature that it replaces: a feature of its own would make the
    /// feature collection of every connection larger.
    /// </summary>
    public static ConnectionTakeover Of(HttpContext http) => http.Features.Get<IConnectionHeartbeatFeature>() as ConnectionTakeover
        ?? throw new InvalidOperationException("The connection middleware of this service is not installed.");

    public static ConnectionDelegate Middleware(ConnectionDelegate next) => connection => RunAsync(connection, next);

    /// <summary>
    /// For connections that stay inside their request. Kestrel's HTTP aborts a connection whose peer has sent FIN, and with it what is still
    /// to be sent, so it sees a token that is not cancelled once the request is upgraded.
    /// </summary>
    public static ConnectionDelegate MiddlewareInsideRequest(ConnectionDelegate next) => async connection =>
    {
        var closed = connection.ConnectionClosed;
        using var visible = new CancellationTokenSource();
        using var registration = closed.Register(static source => ((CancellationTokenSource)source!).Cancel(), visible);
        connection.Features.Set(new HiddenClose(registration, closed));
        connection.ConnectionClosed = visible.Token;
        await RunAsync(connection, next);
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

    /// <summary>Kestrel's HTTP registers for ticks, which its timeouts need; they are relayed until HTTP has finished.</summary>
    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (this) _ticks?.Add((action, state));
    }

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await RunHttpAsync(connection, next) is { } run) await run();
    }

    /// <summary>A method of its own: its state machine, which references HTTP, ends before the long await of the caller.</summary>
    private static async Task<Func<Task>?> RunHttpAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var takeover = new ConnectionTakeover(connection);
        var heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        connection.Features.Set<IConnectionHeartbeatFeature>(takeover);
        heartbeat?.OnHeartbeat(static state => ((ConnectionTakeover)state).Tick(), takeover);
        await next(connection);
        var run = takeover.Run;
        takeover.Release();
        return run;
    }

    private void Tick()
    {
        lock (this)
        {
            if (_ticks is null) return;
            foreach (var (action, state) in _ticks) action(state);
        }
    }

    /// <summary>Drops all references to HTTP state so that it can be collected: Kestrel holds this object until the connection ends.</summary>
    private void Release()
    {
        lock (this) _ticks = null;
        Run = null;
    }

    /// <summary>What <see cref="MiddlewareInsideRequest"/> keeps until the upgrade.</summary>
    private sealed record HiddenClose(CancellationTokenRegistration Registration, CancellationToken Closed);
}
