using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>
/// The logs and counters of an in-process bus, with the contract of the Redis ones: a log ends when its time has passed since its last
/// message, its counter a day later. Not thread-safe.
/// </summary>
internal sealed class InProcessHistory(HistoryPolicies policies, TimeProvider time)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Target, Log> _logs = [];
    private long _sweptAt = time.GetTimestamp();

    public bool Keeps(Target target) => policies.Of(target) is not null;

    /// <summary>Numbers and keeps a message; unchanged if its target has no history.</summary>
    public Message Append(Message message)
    {
        if (policies.Of(message.Target) is not { } policy) return message;
        var log = Open(message.Target, policy);
        message = message with { Position = new Position(log.Epoch, ++log.Last) };
        log.Messages.Enqueue(message);
        while (log.Messages.Count > policy.Size) log.Messages.Dequeue();
        log.AppendedAt = time.GetTimestamp();
        return message;
    }

    public Position PositionOf(Target target) => PositionOf(Open(target, PolicyOf(target)));

    public HistoryPage Read(Target target, HistoryRange range)
    {
        var log = Open(target, PolicyOf(target));
        var matching = log.Messages.Where(m => m.Position!.Value.Offset > range.After && (range.Before == 0 || m.Position!.Value.Offset < range.Before));
        var messages = new List<Message>();
        var bytes = 0;
        foreach (var message in range.Newest ? matching.Reverse() : matching)
        {
            bytes += message.Content.Length + message.Data.Length;
            if (messages.Count == range.Limit || (messages.Count > 0 && bytes > HistoryPage.MaxBytes)) break;
            messages.Add(message);
        }

        if (range.Newest) messages.Reverse();
        return new HistoryPage(PositionOf(log), log.Messages.TryPeek(out var oldest) ? oldest.Position!.Value.Offset : 0, messages);
    }

    private static Position PositionOf(Log log) => new(log.Epoch, log.Last);

    private HistoryPolicy PolicyOf(Target target) => policies.Of(target) ?? throw new ArgumentException($"{target} has no history", nameof(target));

    private Log Open(Target target, HistoryPolicy policy)
    {
        Sweep();
        if (!_logs.TryGetValue(target, out var log) || HasEnded(log)) _logs[target] = log = new Log(policy) { AppendedAt = time.GetTimestamp() };
        log.UsedAt = time.GetTimestamp();
        return log;
    }

    /// <summary>Nothing is held for long for targets that are no longer used.</summary>
    private void Sweep()
    {
        if (time.GetElapsedTime(_sweptAt) < SweepInterval) return;
        _sweptAt = time.GetTimestamp();
        foreach (var (target, log) in _logs)
        {
            if (HasEnded(log)) _logs.Remove(target);
        }
    }

    /// <summary>Empties a log whose time has passed; true if its counter's time has passed too.</summary>
    private bool HasEnded(Log log)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(log.AppendedAt, now) >= log.Policy.Ttl) log.Messages.Clear();
        return time.GetElapsedTime(log.UsedAt, now) >= log.Policy.Ttl + HistoryPolicy.CounterOutlivesLog;
    }

    private sealed class Log(HistoryPolicy policy)
    {
        public HistoryPolicy Policy => policy;

        public string Epoch { get; } = Position.NewEpoch();

        public Queue<Message> Messages { get; } = new();

        /// <summary>The offset of the last message.</summary>
        public long Last { get; set; }

        public long AppendedAt { get; set; }

        /// <summary>When it was written or read last.</summary>
        public long UsedAt { get; set; }
    }
}
