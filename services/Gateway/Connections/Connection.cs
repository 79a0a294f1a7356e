using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Connections;

/// <summary>One client's connection: who it is, what goes out to it, and how it ends.</summary>
internal sealed class Connection
{
    private readonly ConnectionContext _transport;
    private int _closing;

    public Connection(string id, Caller caller, Dialect dialect, OutboundQueue outbound, Liveness liveness, ConnectionContext transport)
    {
        Id = id;
        Caller = caller;
        Dialect = dialect;
        Outbound = outbound;
        Liveness = liveness;
        _transport = transport;
        liveness.Attach(this);
    }

    public string Id { get; }

    /// <summary>Replaced by <c>refresh_token</c>, always by the same user.</summary>
    public Caller Caller { get; set; }

    public Dialect Dialect { get; }

    public OutboundQueue Outbound { get; }

    public Liveness Liveness { get; }

    /// <summary>What a client sent lately, against the limits; made with its first message.</summary>
    public InboundBudget? Budget { get; set; }

    /// <summary>Counts this pod's connections as they come: of two, the older has the smaller one.</summary>
    public long Number { get; init; }

    /// <summary>The fan-out worker that writes to this connection: always the same one, so that messages keep the order in which they came to it.</summary>
    public int Worker { get; init; }

    /// <summary>Rooms and tasks it is in, its own user and <c>all</c> left out. Owned by the registry, under its lock.</summary>
    public HashSet<Target>? Joined { get; set; }

    /// <summary>Cancelled when the peer has gone: what waits for somebody else meanwhile need not go on.</summary>
    public CancellationToken Disconnected => _transport.ConnectionClosed;

    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>Why it ended; <see cref="CloseCode.Abnormal"/> until somebody says more.</summary>
    public CloseCode Closed { get; private set; } = CloseCode.Abnormal;

    public void Send(Frame frame, OverflowPolicy overflow = OverflowPolicy.Close)
    {
        if (Outbound.Send(frame, overflow) == SendResult.Overflow) Close(CloseCode.TooSlow);
    }

    public void Send(FrameBatch batch)
    {
        if (Outbound.Send(batch) == SendResult.Overflow) Close(CloseCode.TooSlow);
    }

    /// <summary>Begins the closing handshake; the first reason wins. The receive loop ends when the peer has answered or its time is up.</summary>
    public void Close(CloseCode code)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;
        Closed = code;
        Liveness.ExpectClose();
        var sent = CloseCode.MayBeSent(code.Code) ? Frame.Close(code.Code, code.Text) : Frame.Control(Opcode.Close, []);
        Outbound.Close(sent, discard: code == CloseCode.TooSlow);
    }

    /// <summary>Tears the connection down without a word.</summary>
    public void Abort()
    {
        Outbound.Abort();
        _transport.Abort();
    }
}
