using System.Threading.Channels;
using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// Changes that wait to be written: one per user and target, the latest. Bounded: beyond the bound all are dropped, and everything has to be
/// written again.
/// </summary>
internal sealed class PresenceQueue(int bound = PresenceQueue.DefaultBound)
{
    private const int DefaultBound = 65_536;

    private readonly Lock _lock = new();
    private readonly Channel<byte> _signal = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<(Target, string), PresenceChange> _waiting = [];
    private bool _hasOverflowed;

    /// <summary>True after changes were dropped. Further ones are dropped too until <see cref="Restart"/>.</summary>
    public bool HasOverflowed
    {
        get
        {
            lock (_lock) return _hasOverflowed;
        }
    }

    public void Restart()
    {
        lock (_lock) _hasOverflowed = false;
    }

    public void Add(in PresenceChange change)
    {
        lock (_lock)
        {
            if (_hasOverflowed) return;
            _waiting[(change.Target, change.UserId)] = change;
            if (_waiting.Count > bound)
            {
                _hasOverflowed = true;
                _waiting = [];
            }
        }

        Wake();
    }

    /// <summary>Adds what was read before: a change that is queued already is newer.</summary>
    public void AddOlder(in PresenceChange change)
    {
        lock (_lock)
        {
            if (!_hasOverflowed) _waiting.TryAdd((change.Target, change.UserId), change);
        }
    }

    /// <summary>Takes at most so many changes; empty if there is none.</summary>
    public List<PresenceChange> Take(int most)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return [];
            List<PresenceChange> taken = [.. _waiting.Values.Take(most)];
            foreach (var change in taken) _waiting.Remove((change.Target, change.UserId));
            // A dictionary never shrinks by itself, and removing leaves holes that each enumeration passes.
            if (_waiting.Count == 0) _waiting = [];
            return taken;
        }
    }

    public void Wake() => _signal.Writer.TryWrite(0);

    /// <summary>Completes after the next change, or the next <see cref="Wake"/>.</summary>
    public ValueTask<byte> WaitAsync(CancellationToken cancellation) => _signal.Reader.ReadAsync(cancellation);
}
