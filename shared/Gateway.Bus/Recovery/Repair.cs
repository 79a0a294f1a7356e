using Gateway.Contracts;

namespace Gateway.Bus.Recovery;

/// <summary>
/// The repair of one target: what the log has after the receiver's place goes to the receiver, then the messages that came from the
/// channel meanwhile. Everything is called under the target's gate, which is released after each message: the bus's reader may wait for it.
/// </summary>
internal sealed class Repair(ServedTarget target, WaitingLimit limit)
{
    /// <summary>
    /// How often a message from the channel may contradict a log that was read after it arrived. It is then either left over from an
    /// earlier epoch, or the log was read from a server that is no longer the primary, which ends within these attempts' delays.
    /// </summary>
    private const int MaxContradictions = 5;

    private readonly Queue<Message> _waiting = new();
    private long _waitingBytes;
    private int _arrivedBeforeRead;
    private int _contradictions;
    private long _end;

    /// <summary>True if only a read that begins later shows everything that may be missing.</summary>
    public bool ReadsAgain { get; set; } = true;

    /// <summary>Messages from the log that the receiver got.</summary>
    public int Recovered { get; private set; }

    /// <summary>Losses that the receiver was told.</summary>
    public int Losses { get; private set; }

    /// <summary>A message from the channel. Over the limit, all that wait are dropped and read from the log, which has them already.</summary>
    public void Add(Message message)
    {
        var size = Size(message);
        if (limit.TryAdd(_waitingBytes, size))
        {
            _waitingBytes += size;
            _waiting.Enqueue(message);
            return;
        }

        Clear();
        ReadsAgain = true;
    }

    /// <summary>A read begins; returns the offset after which it must read.</summary>
    public long BeginRead()
    {
        ReadsAgain = false;
        _arrivedBeforeRead = _waiting.Count;
        return Last;
    }

    /// <summary>True if the page continues at the receiver's place. Otherwise the log was lost, and must be read from the new place.</summary>
    public bool BeginPage(HistoryPage page, IMessageReceiver receiver)
    {
        var (epoch, end) = page.Current;
        _end = end;
        if (epoch == Epoch && end >= Last) return true;
        Losses++;
        receiver.Interrupted(new Interruption(target.Target, IsFromHistory: true));
        // In the same epoch the counter went back: a server promised durability and did not keep it. What it kept was delivered.
        target.Move_NeedsLock(new Position(epoch, epoch == Epoch ? end : 0), receiver);
        return false;
    }

    /// <summary>A message of the page.</summary>
    public void Recover(Message message, IMessageReceiver receiver)
    {
        var offset = message.Position!.Value.Offset;
        if (offset <= Last) return;
        SkipLost(offset - 1, receiver);
        target.Deliver_NeedsLock(message, receiver);
        Recovered++;
    }

    /// <summary>An empty page: the log has nothing of what was published after the receiver's place.</summary>
    public void EndEmptyPage(IMessageReceiver receiver) => SkipLost(_end, receiver);

    /// <summary>Delivers the next message that waits, or tells what is to be done before that.</summary>
    public RepairStep Next(IMessageReceiver receiver)
    {
        while (_waiting.TryPeek(out var message))
        {
            var (epoch, offset) = message.Position!.Value;
            var isComparable = epoch == Epoch;
            if (isComparable && offset <= Last)
            {
                Dequeue();
                continue;
            }

            if (!isComparable || offset > Last + 1)
            {
                if (_arrivedBeforeRead == 0 || Last < _end) return RepairStep.Read;
                if (_contradictions++ < MaxContradictions) return RepairStep.ReadLater;
                if (!isComparable)
                {
                    Dequeue();
                    continue;
                }

                SkipLost(offset - 1, receiver);
            }

            target.Deliver_NeedsLock(Dequeue(), receiver);
            return RepairStep.Delivered;
        }

        if (ReadsAgain || Last < _end) return RepairStep.Read;
        target.EndRepair_NeedsLock();
        return RepairStep.Ended;
    }

    /// <summary>Drops what waits.</summary>
    public void Clear()
    {
        limit.Remove(_waitingBytes);
        _waiting.Clear();
        _waitingBytes = _arrivedBeforeRead = 0;
    }

    private string Epoch => target.Place_NeedsLock!.Value.Epoch;

    private long Last => target.Place_NeedsLock!.Value.Offset;

    /// <summary>What the message keeps in memory, about.</summary>
    private static int Size(Message message) => message.Content.Length + message.Data.Length + 512;

    private Message Dequeue()
    {
        var message = _waiting.Dequeue();
        var size = Size(message);
        _waitingBytes -= size;
        limit.Remove(size);
        if (_arrivedBeforeRead > 0) _arrivedBeforeRead--;
        return message;
    }

    private void SkipLost(long until, IMessageReceiver receiver)
    {
        if (until <= Last) return;
        Losses++;
        receiver.Interrupted(new Interruption(target.Target, IsFromHistory: true, Last + 1, until));
        target.Move_NeedsLock(new Position(Epoch, until), receiver);
    }
}

/// <summary>What a repair did or must do next.</summary>
internal enum RepairStep : byte
{
    /// <summary>A waiting message went to the receiver; others may wait.</summary>
    Delivered,

    /// <summary>The next message that waits does not follow: the log must be read.</summary>
    Read,

    /// <summary>The same, but the log has just been read: after a delay.</summary>
    ReadLater,

    /// <summary>Nothing is missing; the target's messages pass directly again.</summary>
    Ended,
}

/// <summary>The memory of messages that wait for repairs: per target, and of all together.</summary>
internal sealed class WaitingLimit(long perTarget = WaitingLimit.PerTarget, long total = WaitingLimit.Total)
{
    private const long PerTarget = 1024 * 1024;
    private const long Total = 64 * 1024 * 1024;

    private long _used;

    /// <summary>In bytes, about.</summary>
    public long Used => Interlocked.Read(ref _used);

    public bool TryAdd(long usedByTarget, int size)
    {
        if (usedByTarget + size > perTarget) return false;
        if (Interlocked.Add(ref _used, size) <= total) return true;
        Interlocked.Add(ref _used, -size);
        return false;
    }

    public void Remove(long size) => Interlocked.Add(ref _used, -size);
}
