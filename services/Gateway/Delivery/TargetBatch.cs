using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// What waits for one target: written to all its members of one lane as joined bytes, built once per dialect. A message with a
/// key replaces an older one with the same key before anything is joined.
/// </summary>
internal sealed class TargetBatch
{
    /// <summary>
    /// One write's worth: a socket with room takes it in one call, and a receiver waits for no more than this of the others'.
    /// </summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly List<RenderedMessage> _messages = [];
    private readonly FrameBatch?[] _joined = new FrameBatch?[Dialect.Slots];
    private Members _members = null!;

    public void Begin(Members members) => _members = members;

    public void Add(RenderedMessage message)
    {
        if (message.Message.Key is { } key) _messages.RemoveAll(older => older.Message.Key == key);
        _messages.Add(message);
    }

    /// <summary>Writes to every member; the answer is how many deliveries that was.</summary>
    public int Write(int lane)
    {
        var receivers = _members.InLane(lane);
        for (int first = 0, end; first < _messages.Count; first = end)
        {
            end = EndOfChunk(first);
            if (_messages[first].Message.Copies > 1) WriteOnce(receivers, _messages[first]);
            else WriteJoined(receivers, first, end);
        }

        return receivers.Length * _messages.Count;
    }

    public void Clear()
    {
        _messages.Clear();
        _members = null!;
    }

    /// <summary>A message of several targets stands alone: who takes it is decided per receiver.</summary>
    private int EndOfChunk(int first)
    {
        var end = first;
        for (var bytes = 0; end < _messages.Count && bytes < ChunkBytes; end++)
        {
            var message = _messages[end].Message;
            if (message.Copies > 1) return Math.Max(end, first + 1);
            bytes += message.Content.Length + message.Data.Length + 200;
        }

        return end;
    }

    private void WriteJoined(Connection[] receivers, int first, int end)
    {
        foreach (var receiver in receivers)
        {
            var slot = receiver.Dialect.Slot;
            var batch = _joined[slot] ??= new FrameBatch();
            if (batch.Length == 0) Join(batch, receiver.Dialect, first, end);
            receiver.Send(batch);
        }

        foreach (var batch in _joined) batch?.Clear();
    }

    private void Join(FrameBatch batch, Dialect dialect, int first, int end)
    {
        for (var i = first; i < end; i++) batch.Add(_messages[i].In(dialect));
        batch.Overflow = _members.Policy.Overflow;
        batch.Join();
    }

    private void WriteOnce(Connection[] receivers, RenderedMessage message)
    {
        foreach (var receiver in receivers)
        {
            if (!receiver.IsFirstCopy(message.Message.Id)) continue;
            receiver.Send(message.In(receiver.Dialect), _members.Policy.Overflow);
        }
    }
}
