using System.Runtime.CompilerServices;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.WebSockets;

namespace Gateway.Delivery;

/// <summary>A message and its frames. A dialect's frame is rendered for its first receiver and shared by all others.</summary>
internal sealed class RenderedMessage(Message message)
{
    /// <summary>The type of a message that stands for messages the bus lost. No publisher may use it.</summary>
    public const string Gap = "gap";

    private Frames _frames;

    public Message Message { get; } = message;

    /// <summary>Who takes this copy, for a message of several targets; null for a message of one target.</summary>
    public TargetCopy? Copy { get; init; }

    public Frame In(Dialect dialect)
    {
        if (Volatile.Read(ref _frames[dialect.Slot]) is { } frame) return frame;

        // Two workers may get here at once: the second one waits rather than renders again.
        lock (this) return _frames[dialect.Slot] ??= Render(dialect);
    }

    private Frame Render(Dialect dialect) => Message.Type == Gap
        ? dialect.Gap(Message.Target, GapReason.Bus, DateTimeOffset.FromUnixTimeMilliseconds(Message.Timestamp))
        : dialect.Render(Message);

    /// <summary>Inside the object, so that a message costs one allocation rather than two.</summary>
    [InlineArray(Dialect.MaxCount)]
    private struct Frames
    {
        private Frame? _first;
    }
}
