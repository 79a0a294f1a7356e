using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Connections;

/// <summary>One client's connection: its identity, its outbound queue, and how it is closed.</summary>
internal sealed class Connection
{
    private readonly ConnectionContext _transport;
    private readonly Guid _id;
    private int _closing;

    public Connection(Guid id, Caller caller, Dialect dialect, OutboundQueue outbound, Liveness liveness, ConnectionContext transport)
    {
        _id = id;
        Caller = caller;
        Dialect = dialect;
        Outbound = outbound;
        Liveness = liveness;
        _transport = transport;
        liveness.Attach(this);
    }

    /// <summary>For logs and the client. Formatted when it is asked for: the text takes 88 bytes.</summary>
    public string Id => _id.ToString("N");

    /// <summary>Replaced by <c>refresh_token</c>, always by the same user.</summary>
    public Caller Caller { get; set; }

    public bool Has(Guid id) => _id == id;

    public Dialect Dialect { get; }

    public OutboundQueue Outbound { get; }

    public Liveness Liveness { get; }

    /// <summary>The rate of the client's messages and errors; created with its first message.</summary>
    public InboundBudget? Budget { get; set; }

    /// <summary>Counts this pod's connections as they come: of two, the older has the smaller one.</summary>
    public long Number { get; init; }

    /// <summary>The fan-out worker that writes to this connection: always the same one, so that messages keep the order in which they came to it.</summary>
    public int Worker { get; init; }

    /// <summary>The targets it is in.</summary>
    public Memberships Memberships { get; } = new();

    /// <summary>Cancelled when the peer has disconnected, so that a command that is waiting for something else can stop.</summary>
    public CancellationToken Disconnected => _transport.ConnectionClosed;

    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>Why it was closed; <see cref="CloseCode.Abnormal"/> until <see cref="Close"/> is called.</summary>
    public CloseCode Closed { get; private set; } = CloseCode.Abnormal;

    public void Send(Frame frame, OverflowPolicy overflow = OverflowPolicy.Close) => Handle(Outbound.Send(frame, overflow));

    public void Send(FrameBatch batch) => Handle(Outbound.Send(batch));

    /// <summary>Begins the closing handshake; the first reason wins. The receive loop ends when the peer has answered or the timeout is over.</summary>
    public void Close(CloseCode code)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;
        Closed = code;
        Liveness.ExpectClose();
        var sent = CloseCode.MayBeSent(code.Code) ? Frame.Close(code.Code, code.Text) : Frame.Control(Opcode.Close, []);
        Outbound.Close(sent, discard: code == CloseCode.TooSlow);
    }

    /// <summary>Disconnects without a close frame.</summary>
    public void Abort()
    {
        Outbound.Abort();
        _transport.Abort();
    }

    private void Handle(SendResult result)
    {
        if (result == SendResult.Queued) Liveness.ExpectWrite();
        else if (result == SendResult.Overflow) Close(CloseCode.TooSlow);
    }
}
