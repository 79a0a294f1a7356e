using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// The newest messages of one target with history, kept while connections replay what they missed, so that the end of a replay needs no
/// read of the log. Bounded: what was dropped is read from the log. Guarded by the lock of the target's members.
/// </summary>
internal sealed class RecentMessages
{
    /// <summary>Bytes of content that are kept.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly Queue<Message> _messages = new();
    private int _bytes;

    /// <summary>Replays that are in progress.</summary>
    public int Replays { get; set; }

    public void Add(Message message)
    {
        _messages.Enqueue(message);
        _bytes += SizeOf(message);
        while (_bytes > MaxBytes) _bytes -= SizeOf(_messages.Dequeue());
    }

    /// <summary>A gap: what is kept is not followed by what comes next.</summary>
    public void Clear()
    {
        _messages.Clear();
        _bytes = 0;
    }

    /// <summary>The messages after a place, if all of them are kept; else null.</summary>
    public List<Message>? After(Position place)
    {
        var later = _messages.Where(message => message.Position!.Value.Offset > place.Offset).ToList();
        return later.Count > 0 && later[0].Position == place with { Offset = place.Offset + 1 } ? later : null;
    }

    private static int SizeOf(Message message) => message.Content.Length + message.Data.Length + 200;
}
