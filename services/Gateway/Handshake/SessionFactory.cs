using Gateway.Commands;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Registry;
using Gateway.Takeover;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Gateway.Handshake;

/// <summary>Creates the session of an upgraded request: output, queue, heartbeat, receive loop.</summary>
internal sealed class SessionFactory(
    SessionServices services,
    CommandDispatcher commands,
    WorkerCount workers,
    IOptions<ConnectionOptions> connections,
    IOptions<AuthOptions> auth)
{
    private readonly QueueLimits _limits = new(OrNoLimit(connections.Value.QueueBytes), OrNoLimit(connections.Value.QueueFrames));
    private readonly ReceiveServices _receive = new(commands.HandleAsync, connections.Value, services.Time);
    private readonly Func<Target, Frame>?[] _gapFrames = new Func<Target, Frame>?[Dialect.MaxCount];
    private long _count;

    public Session Create(
        ConnectionContext transport, Caller caller, Dialect dialect, ConnectionLease lease, RequestedTargets targets, out string id)
    {
        var queue = new OutboundQueue(OutputOf(transport), _limits, GapFrames(dialect));
        var number = Interlocked.Increment(ref _count);
        var worker = (int)(number % workers.Value);
        var guid = lease.Slot?.ConnectionId ?? Guid.CreateVersion7(services.Time.GetUtcNow());
        var connection = new Connection(guid, caller, dialect, queue, new Liveness(services.Wheel), transport) { Number = number, Worker = worker };
        id = connection.Id;
        connection.Liveness.SetExpiry(caller.ExpiresAt + auth.Value.Leeway);
        services.Metrics.Opened();
        var loop = new ReceiveLoop(connection, transport.Transport.Input, _receive);
        return new Session(connection, loop, lease, services) { Targets = targets };
    }

    /// <summary>Under TLS the bytes of the socket are encrypted, so there the output is Kestrel's.</summary>
    private SocketOutput OutputOf(ConnectionContext transport)
    {
        var socket = transport.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        return transport.Features.Get<ISslStreamFeature>() is { SslStream: { } tls }
            ? new TlsOutput(transport.Transport.Output, tls, socket, connections.Value.SendBufferBytes)
            : new DirectOutput(socket, connections.Value.SendBufferBytes);
    }

    private Func<Target, Frame> GapFrames(Dialect dialect) =>
        _gapFrames[dialect.Slot] ??= target => dialect.Gap(new GapNotice(target, GapReason.Queue), services.Time.GetUtcNow());

    private static int OrNoLimit(int limit) => limit == 0 ? int.MaxValue : limit;
}
