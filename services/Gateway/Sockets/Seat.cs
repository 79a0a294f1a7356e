using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Sockets;

/// <summary>
/// A place below HTTP on every accepted connection. A request that becomes a socket leaves its session here and returns; the
/// session then runs on the same transport, while everything HTTP held for the request (some 6 KiB) can be collected.
/// This leans on HTTP/1.1 leaving the transport open after an upgraded request, which a test guards.
/// </summary>
internal sealed class Seat(ConnectionContext transport) : IConnectionHeartbeatFeature
{
    private List<(Action<object> Action, object State)>? _ticks = [];

    public ConnectionContext Transport => transport;

    /// <summary>
    /// The seat of a request. It is found as what it stands in for: a feature of its own would cost every connection a longer list.
    /// </summary>
    public static Seat Of(HttpContext http) => http.Features.Get<IConnectionHeartbeatFeature>() as Seat
        ?? throw new InvalidOperationException("The connection middleware of this service is not installed.");

    /// <summary>What goes on after HTTP, set by the request.</summary>
    public Session? Taken { get; set; }

    public static void Install(ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    /// <summary>Kestrel's HTTP asks for ticks for its timeouts; they are passed on until HTTP is done.</summary>
    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (this) _ticks?.Add((action, state));
    }

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await HttpAsync(connection, next) is { } session) await session.RunAsync();
    }

    /// <summary>A method of its own, so that nothing of HTTP is held by the long wait that may follow.</summary>
    private static async Task<Session?> HttpAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var seat = new Seat(connection);
        var heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        connection.Features.Set<IConnectionHeartbeatFeature>(seat);
        heartbeat?.OnHeartbeat(static s => ((Seat)s).Tick(), seat);
        await next(connection);
        var session = seat.Taken;
        seat.Release();
        return session;
    }

    private void Tick()
    {
        lock (this)
        {
            if (_ticks is null) return;
            foreach (var (action, state) in _ticks) action(state);
        }
    }

    /// <summary>Kestrel keeps the seat for its ticks until the connection ends: it must hold nothing of HTTP by then.</summary>
    private void Release()
    {
        lock (this) _ticks = null;
        Taken = null;
    }
}
