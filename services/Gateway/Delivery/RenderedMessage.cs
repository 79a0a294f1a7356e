using System.Runtime.CompilerServices;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Registry;
using Gateway.WebSockets;

namespace Gateway.Delivery;

/// <summary>A message, its receivers and its frames. A dialect's frame is rendered for its first receiver and shared by all others.</summary>
internal sealed class RenderedMessage(Message message, Receivers receivers)
{
    private Frames _frames;

    public Message Message { get; } = message;

    /// <summary>The members of its target when it was received.</summary>
    public Receivers Receivers { get; } = receivers;

    /// <summary><see cref="Members.Departures"/> when it was received.</summary>
    public int Departures { get; init; }

    /// <summary>Who takes this copy, for a message of several targets; null for a message of one target.</summary>
    public TargetCopy? Copy { get; init; }

    /// <summary>Set if it stands for messages that were lost.</summary>
    public Interruption? Gap { get; init; }

    public Frame In(Dialect dialect)
    {
        if (Volatile.Read(ref _frames[dialect.Slot]) is { } frame) return frame;

        // Two workers may get here at once: the second one waits rather than renders again.
        lock (this) return _frames[dialect.Slot] ??= Render(dialect);
    }

    private Frame Render(Dialect dialect) => Gap is { } gap
        ? dialect.Gap(GapNotice.Of(gap), DateTimeOffset.FromUnixTimeMilliseconds(Message.Timestamp))
        : dialect.Render(Message);

    /// <summary>Inside the object, so that a message costs one allocation rather than two.</summary>
    [InlineArray(Dialect.MaxCount)]
    private struct Frames
    {
        private Frame? _first;
    }
}
