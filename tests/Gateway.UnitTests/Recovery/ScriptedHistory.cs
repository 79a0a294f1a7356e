using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.UnitTests.Recovery;

/// <summary>The log of one target in memory. A test trims it, starts a new epoch, or makes reads fail.</summary>
internal sealed class ScriptedHistory(Target target) : IMessageHistory
{
    private readonly Lock _gate = new();
    private readonly List<Message> _log = [];
    private Position _current = new("e1", 0);

    /// <summary>Called before every read, outside the lock.</summary>
    public Func<Task>? BeforeRead { get; set; }

    public Position Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    public Message Append(IReadOnlyList<Target>? targets = null, IReadOnlyDictionary<Target, Position>? placed = null)
    {
        lock (_gate)
        {
            _current = _current with { Offset = _current.Offset + 1 };
            var message = new Message { Id = $"{_current.Offset}", Type = "t", Target = target, Timestamp = 0, Position = _current, Targets = targets ?? [] };
            if (placed is not null) message = message with { Placed = placed };
            _log.Add(message);
            return message;
        }
    }

    public void Trim(int kept)
    {
        lock (_gate) _log.RemoveRange(0, Math.Max(0, _log.Count - kept));
    }

    public void BeginEpoch(string epoch)
    {
        lock (_gate)
        {
            _log.Clear();
            _current = new Position(epoch, 0);
        }
    }

    public bool Keeps(Target asked) => asked == target;

    public Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation) => Task.FromResult(new[] { Current });

    public async Task<HistoryPage> ReadAsync(Target asked, HistoryRange range, CancellationToken cancellation)
    {
        if (BeforeRead is { } before) await before();
        lock (_gate)
        {
            var matching = _log.Where(m => m.Position!.Value.Offset > range.After && (range.Before == 0 || m.Position!.Value.Offset < range.Before));
            var page = range.Newest ? matching.TakeLast(range.Limit) : matching.Take(range.Limit);
            return new HistoryPage(_current, _log.Count == 0 ? 0 : _log[0].Position!.Value.Offset, [.. page]);
        }
    }
}
