using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// The messages to one target that one worker has to write. They are written in chunks: joined bytes, built once per dialect, to one
/// receiver after another. A message with a key replaces an older one with the same key whose chunk has not begun.
/// </summary>
internal sealed class TargetQueue
{
    /// <summary>One write: a socket with free buffer space takes it in one call, and the other receivers wait for no more than this.</summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly List<RenderedMessage> _messages = [];
    private readonly FrameBatch?[] _joined = new FrameBatch?[Dialect.MaxCount];
    private Members _members = null!;

    // The chunk that is being written: the first _chunk messages, which the receivers before _next have.
    private int _chunk;
    private Connection[] _receivers = [];
    private int _next;

    public Members Members => _members;

    public bool IsEmpty => _messages.Count == 0;

    public void Begin(Members members) => _members = members;

    public void Add(RenderedMessage message)
    {
        if (message.Message.Key is { } key) RemoveReplaced(key);
        _messages.Add(message);
    }

    /// <summary>Goes on writing where the last call ended.</summary>
    /// <param name="worker">Writes to its members alone.</param>
    /// <param name="limit">The most writes of this call.</param>
    /// <param name="deliveries">How many messages were delivered to how many receivers.</param>
    /// <returns>The number of writes.</returns>
    public int Write(int worker, int limit, out int deliveries)
    {
        deliveries = 0;
        var writes = 0;
        while (writes < limit && !IsEmpty)
        {
            if (_chunk == 0) BeginChunk(worker);
            var until = Math.Min(_receivers.Length, _next + limit - writes);
            writes += until - _next;
            deliveries += _messages[0].Copy is { } copy ? WriteCopy(copy, until) : WriteJoined(until);
            if (_next == _receivers.Length) EndChunk();
        }

        return writes;
    }

    /// <summary>Drops what waits.</summary>
    public void Clear()
    {
        _chunk = _messages.Count;
        EndChunk();
    }

    /// <summary>Forgets the target, so that it can be collected.</summary>
    public void End()
    {
        Clear();
        _members = null!;
    }

    private void RemoveReplaced(string key)
    {
        for (var i = _messages.Count - 1; i >= _chunk; i--)
        {
            if (_messages[i].Message.Key == key) _messages.RemoveAt(i);
        }
    }

    private void BeginChunk(int worker)
    {
        var first = _messages[0];
        _receivers = first.Receivers.OfWorker(worker);

        // A copy is for those who were in its target when it arrived: who has left since may be in another target of the message.
        if (first.Copy is null && first.Departures != _members.Departures) _receivers = _members.StillIn(_receivers);
        _chunk = 1;
        if (first.Copy is not null) return;
        for (var bytes = Size(first); _chunk < _messages.Count && bytes < ChunkBytes && MayJoin(first, _messages[_chunk]); _chunk++)
            bytes += Size(_messages[_chunk]);
    }

    private static bool MayJoin(RenderedMessage first, RenderedMessage next) => next.Copy is null && next.Receivers.IsSameAs(first.Receivers);

    private static int Size(RenderedMessage message) => message.Message.Content.Length + message.Message.Data.Length + 200;

    private void EndChunk()
    {
        foreach (var batch in _joined) batch?.Clear();
        _messages.RemoveRange(0, _chunk);
        _receivers = [];
        _chunk = _next = 0;
    }

    private int WriteJoined(int until)
    {
        var deliveries = (until - _next) * _chunk;
        for (; _next < until; _next++)
        {
            var receiver = _receivers[_next];
            var slot = receiver.Dialect.Slot;
            var batch = _joined[slot] ??= new FrameBatch();
            if (batch.Length == 0) Join(batch, receiver.Dialect);
            receiver.Send(batch);
        }

        return deliveries;
    }

    private void Join(FrameBatch batch, Dialect dialect)
    {
        for (var i = 0; i < _chunk; i++) batch.Add(_messages[i].In(dialect));
        batch.Overflow = _members.Policy.Overflow;
        batch.Join();
    }

    /// <summary>
    /// A message of several targets is written alone, since each receiver takes one of its copies. With history, another copy moves
    /// the receiver's place in this target.
    /// </summary>
    private int WriteCopy(TargetCopy copy, int until)
    {
        var deliveries = 0;
        for (; _next < until; _next++)
        {
            var receiver = _receivers[_next];
            if (copy.IsFor(receiver))
            {
                receiver.Send(_messages[0].In(receiver.Dialect), _members.Policy.Overflow);
                deliveries++;
            }
            else if (_messages[0].Message.Position is { } position && receiver.Dialect.Position(_members.Target, position) is { } frame)
            {
                receiver.Send(frame, _members.Policy.Overflow);
            }
        }

        return deliveries;
    }
}
