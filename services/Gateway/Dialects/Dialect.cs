using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.Dialects;

/// <summary>
/// How one kind of client is served: bytes ↔ commands and frames. One instance per dialect, shared by all its connections.
/// Adding a dialect is adding a subclass and mapping it to a path; nothing in the fan-out knows any of them.
/// </summary>
internal abstract class Dialect
{
    /// <summary>The most dialects of one gateway: the length of each message's table of frames.</summary>
    public const int MaxCount = 8;

    /// <summary>This dialect's index in that table, assigned by <see cref="DialectSlots"/> when the dialect is mapped to its first path.</summary>
    public int Slot { get; set; }

    /// <summary>A fanned-out message. Called once per message and pod; the frame is shared by all receivers.</summary>
    public abstract Frame Render(Message message);

    public abstract Frame Welcome(Welcome welcome, DateTimeOffset now);

    public abstract Frame Ack(string reference, ReadOnlySpan<byte> content, DateTimeOffset now);

    public abstract Frame Pong(string? reference, DateTimeOffset now);

    public abstract Frame Error(string? reference, int code, string message, DateTimeOffset now);

    /// <summary>Tells a client that messages of a target were lost.</summary>
    public abstract Frame Gap(GapNotice gap, DateTimeOffset now);

    /// <summary>Moves the client's place in a target without a message; null where the dialect has no such frame.</summary>
    public virtual Frame? Position(Target target, Position position) => null;

    /// <summary>Reports what became of targets that the handshake resumed; null where the dialect has no such frame.</summary>
    public virtual Frame? Resumed(IReadOnlyList<ResumedTarget> targets, DateTimeOffset now) => null;

    /// <summary>Tells a client to reconnect elsewhere; null where the dialect has no such frame.</summary>
    public abstract Frame? Drain(int reconnectAfterMilliseconds, DateTimeOffset now);

    /// <summary>Reads one message of the client. Never throws.</summary>
    public abstract ParsedCommand Parse(ReadOnlyMemory<byte> text);
}

/// <summary>Numbers the dialects of a gateway.</summary>
internal sealed class DialectSlots
{
    private readonly List<Dialect> _dialects = [];

    /// <summary>Assigns the next slot; a dialect served at several paths keeps its first one.</summary>
    public void Assign(Dialect dialect)
    {
        if (_dialects.Contains(dialect)) return;
        if (_dialects.Count == Dialect.MaxCount) throw new InvalidOperationException($"a gateway serves at most {Dialect.MaxCount} dialects");
        dialect.Slot = _dialects.Count;
        _dialects.Add(dialect);
    }
}
