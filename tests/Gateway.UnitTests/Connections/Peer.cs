using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Dialects.Native;
using Gateway.Hosting.Identity;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.UnitTests.Connections;

/// <summary>One connection with everything below it scripted: its socket, its transport, its clock.</summary>
internal sealed class Peer
{
    private static int _count;

    public Peer(HeartbeatWheel wheel, int room = int.MaxValue, Dialect? dialect = null, int worker = 0, string? user = null, QueueLimits? limits = null)
    {
        Output = new ScriptedOutput(room);
        var queue = new OutboundQueue(Output, limits ?? new QueueLimits(1_000_000, 10_000), Frames.Gap);
        var id = $"{Interlocked.Increment(ref _count)}";
        var caller = new Caller { UserId = user ?? id, UserName = user ?? id, ExpiresAt = DateTimeOffset.MaxValue };
        Connection = new Connection(Guid.NewGuid(), caller, dialect ?? new NativeDialect(), queue, new Liveness(wheel), Transport) { Worker = worker };
        queue.Open(new Frame([]));
    }

    public Connection Connection { get; }

    public ScriptedOutput Output { get; }

    public FakeTransport Transport { get; } = new();

    /// <summary>What the client has got, by opcode and payload.</summary>
    public List<(int Opcode, string Payload)> Received => Frames.Split(Output.Sent);

    public static HeartbeatWheel Wheel(TimeProvider time, HeartbeatOptions? heartbeat = null, ConnectionOptions? connections = null) =>
        new(Options.Create(heartbeat ?? new HeartbeatOptions()), Options.Create(connections ?? new ConnectionOptions()), time);
}
