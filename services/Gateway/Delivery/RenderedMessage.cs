using System.Runtime.CompilerServices;
using Gateway.Contracts;
using Gateway.Dialects;

namespace Gateway.Delivery;

/// <summary>A message and its frames: each dialect's is made when its first receiver is met, and shared by all others.</summary>
internal sealed class RenderedMessage(Message message)
{
    private Frames _frames;

    public Message Message { get; } = message;

    public Frame In(Dialect dialect)
    {
        if (Volatile.Read(ref _frames[dialect.Slot]) is { } frame) return frame;

        // Two lanes may meet here: the second waits a moment rather than renders again.
        lock (this) return _frames[dialect.Slot] ??= dialect.Render(Message);
    }

    /// <summary>In the object itself: one for each message is made, and an array beside it would be too.</summary>
    [InlineArray(Dialect.Slots)]
    private struct Frames
    {
        private Frame? _first;
    }
}
