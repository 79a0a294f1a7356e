using Gateway.Contracts;

namespace Gateway.Dialects;

/// <summary>
/// How one kind of client is spoken to: bytes ↔ commands and frames. One instance per dialect, shared by all its connections.
/// Adding a dialect is adding a subclass and a registration; nothing in the fan-out knows any of them.
/// </summary>
internal abstract class Dialect
{
    /// <summary>How many dialects there can be: the length of the per-message table of frames.</summary>
    public const int Slots = 8;

    /// <summary>This dialect's place in that table.</summary>
    public abstract int Slot { get; }

    /// <summary>A fanned-out message; called once per message and pod, the frame is shared by all receivers.</summary>
    public abstract Frame Render(Message message);

    public abstract Frame Welcome(string clientId, DateTimeOffset now, bool degraded);

    public abstract Frame Ack(string reference, ReadOnlySpan<byte> content, DateTimeOffset now);

    public abstract Frame Pong(string? reference, DateTimeOffset now);

    public abstract Frame Error(string? reference, int code, string message, DateTimeOffset now);

    /// <summary>Tells a client that its room lost messages it will not get.</summary>
    public abstract Frame Gap(Target target, DateTimeOffset now);

    /// <summary>Tells a client to come back elsewhere; null where the dialect has no such frame.</summary>
    public abstract Frame? Drain(int reconnectAfterMilliseconds, DateTimeOffset now);

    /// <summary>Reads one message of the client. Never throws.</summary>
    public abstract ParsedCommand Parse(ReadOnlyMemory<byte> text);
}
