using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>The log of one target on <see cref="FakeServer"/>.</summary>
internal sealed class ServerLog(string epoch)
{
    private readonly Lock _gate = new();
    private readonly List<Message> _kept = [];

    public Position Current { get; private set; } = new(epoch, 0);

    /// <summary>The epochs before this one.</summary>
    public List<string> EarlierEpochs { get; } = [];

    public Message Add(Message message)
    {
        lock (_gate)
        {
            Current = Current with { Offset = Current.Offset + 1 };
            message = message with { Position = Current };
            _kept.Add(message);
            return message;
        }
    }

    public void Trim(int kept)
    {
        lock (_gate) _kept.RemoveRange(0, Math.Max(0, _kept.Count - kept));
    }

    public bool Has(Position position)
    {
        lock (_gate) return _kept.Exists(message => message.Position == position);
    }

    public void Restart(string newEpoch)
    {
        lock (_gate)
        {
            EarlierEpochs.Add(Current.Epoch);
            Current = new Position(newEpoch, 0);
            _kept.Clear();
        }
    }

    /// <summary>The counter goes back: the newest messages are lost, and their numbers are given again.</summary>
    public void Forget(int count)
    {
        lock (_gate)
        {
            _kept.RemoveAll(message => message.Position!.Value.Offset > Current.Offset - count);
            Current = Current with { Offset = Current.Offset - count };
        }
    }

    public HistoryPage Read(long after, int limit)
    {
        lock (_gate)
        {
            var first = _kept.Count > 0 ? _kept[0].Position!.Value.Offset : 0;
            var messages = _kept.Skip((int)Math.Max(0, after + 1 - first)).Take(limit).ToList();
            return new HistoryPage(Current, first, messages);
        }
    }
}
