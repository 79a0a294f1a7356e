using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// The messages of a round to one target. They are written to the members of one worker as joined bytes, built once per dialect.
/// A message with a key replaces an older one with the same key before anything is joined.
/// </summary>
internal sealed class TargetBatch
{
    /// <summary>
    /// One write: a socket with free buffer space takes it in one call, and the other receivers wait for no more than this.
    /// </summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly List<RenderedMessage> _messages = [];
    private readonly FrameBatch?[] _joined = new FrameBatch?[Dialect.MaxCount];
    private Members _members = null!;

    public void Begin(Members members) => _members = members;

    public void Add(RenderedMessage message)
    {
        if (message.Message.Key is { } key) _messages.RemoveAll(older => older.Message.Key == key);
        _messages.Add(message);
    }

    /// <summary>Writes to every member; returns the number of deliveries.</summary>
    public int Write(int worker)
    {
        var receivers = _members.OfWorker(worker);
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

    /// <summary>A message of several targets is written alone: which copy a receiver takes is decided per receiver.</summary>
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
