using System.Collections.Concurrent;
using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>
/// The bus of a single process: the same contract as Redis without a server. Every pod in the process has its own subscriber.
/// </summary>
public sealed class InProcessBus(HistoryPolicies policies, TimeProvider time) : IMessagePublisher, IMessageHistory, IBusHealth
{
    // One for all targets: the order of acceptance is the order of delivery, as in Redis.
    private readonly Lock _order = new();
    private readonly RecentIds _recent = new(time, PublishResult.IdLifetime);
    private readonly InProcessHistory _history = new(policies, time);
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private volatile InProcessSubscriber[] _subscribers = [];

    public BusHealth Current => new(Connected: true, _since, Reason: null);

    /// <summary>
    /// The source of one pod's messages. It gives no places: <see cref="Recovery.RecoveringSubscriber"/> reads them, because who subscribes may hold
    /// a lock that the receiver takes inside this bus's lock.
    /// </summary>
    public IMessageSubscriber CreateSubscriber()
    {
        var subscriber = new InProcessSubscriber();
        lock (_order) _subscribers = [.. _subscribers, subscriber];
        return subscriber;
    }

    public ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        var size = message.Content.Length + message.Data.Length;
        if (size > Message.MaxBytes) return new(PublishResult.TooLarge(message.Id, size));

        lock (_order)
        {
            if (idempotent && _recent.TryGet((message.Target, message.Id), out var first)) return new(Result(PublishStatus.Duplicate, message.Id, first));
            message = _history.Append(message);
            if (idempotent) _recent.Add((message.Target, message.Id), message.Position);
            foreach (var subscriber in _subscribers) subscriber.Offer(message);
        }

        foreach (var subscriber in _subscribers) subscriber.Flush();

        return new(Result(PublishStatus.Accepted, message.Id, message.Position));
    }

    /// <summary>Delivers a message that is not kept and has no number.</summary>
    internal void Announce(Message message)
    {
        lock (_order)
        {
            foreach (var subscriber in _subscribers) subscriber.Offer(message);
        }

        foreach (var subscriber in _subscribers) subscriber.Flush();
    }

    public bool Keeps(Target target) => _history.Keeps(target);

    public Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        lock (_order) return Task.FromResult(targets.Select(_history.PositionOf).ToArray());
    }

    public Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation)
    {
        lock (_order) return Task.FromResult(_history.Read(target, range));
    }

    private static PublishResult Result(PublishStatus status, string id, Position? position) => new(status, id, position?.Offset ?? 0, position?.Epoch);

    private sealed class InProcessSubscriber : IMessageSubscriber
    {
        private readonly ConcurrentDictionary<Target, byte> _subscribed = new() { [Target.All] = 0 };
        private IMessageReceiver? _receiver;

        public void Start(IMessageReceiver receiver) => _receiver = receiver;

        public Task SubscribeAsync(Target target)
        {
            _subscribed.TryAdd(target, 0);
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(Target target)
        {
            if (target.Kind != TargetKind.All) _subscribed.TryRemove(target, out _);
            return Task.CompletedTask;
        }

        /// <summary>Called under the bus's lock, so one call at a time and in order.</summary>
        public void Offer(Message message)
        {
            if (_subscribed.ContainsKey(message.Target)) _receiver?.Receive(message);
        }

        public void Flush() => _receiver?.Flush();
    }

    /// <summary>The ids of the last minutes in order of age, so that each is removed once, when it expires. Not thread-safe.</summary>
    private sealed class RecentIds(TimeProvider time, TimeSpan lifetime)
    {
        private readonly Dictionary<(Target Target, string Id), Position?> _ids = [];
        private readonly Queue<(long AddedAt, (Target Target, string Id) Key)> _byAge = new();

        /// <summary>False if the id is unknown or has expired; else the place of its message.</summary>
        public bool TryGet((Target Target, string Id) key, out Position? position)
        {
            var now = time.GetTimestamp();
            while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.AddedAt, now) > lifetime) _ids.Remove(_byAge.Dequeue().Key);
            return _ids.TryGetValue(key, out position);
        }

        public void Add((Target Target, string Id) key, Position? position)
        {
            _ids.Add(key, position);
            _byAge.Enqueue((time.GetTimestamp(), key));
        }
    }
}
