using System.Collections.Concurrent;
using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>
/// The bus of a single process: the same contract as Redis without a server. Every pod in the process has its own subscriber.
/// </summary>
public sealed class InProcessBus(HistoryPolicies policies, TimeProvider time) : IMessagePublisher, IMessageHistory, IBusHealth
{
    private static readonly TimeSpan IdLifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _order = new();
    private readonly RecentIds _recent = new(time, IdLifetime);
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private volatile InProcessSubscriber[] _subscribers = [];

    public BusHealth Current => new(Connected: true, _since, Reason: null);

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

        // One lock for all targets: the order of acceptance is the order of delivery, as in Redis.
        lock (_order)
        {
            if (idempotent && !_recent.Add((message.Target, message.Id))) return new(new PublishResult(PublishStatus.Duplicate, message.Id));
            foreach (var subscriber in _subscribers) subscriber.Offer(message);
        }

        foreach (var subscriber in _subscribers) subscriber.Flush();

        return new(new PublishResult(PublishStatus.Accepted, message.Id));
    }

    public bool Keeps(Target target) => policies.Of(target) is not null;

    public Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation) =>
        Task.FromResult(targets.Select(_ => new Position("0", 0)).ToArray());

    public Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation) =>
        Task.FromResult(new HistoryPage(new Position("0", 0), 0, []));

    private sealed class InProcessSubscriber : IMessageSubscriber
    {
        private readonly ConcurrentDictionary<Target, byte> _subscribed = new();
        private IMessageReceiver? _receiver;

        public void Start(IMessageReceiver receiver) => _receiver = receiver;

        public Task SubscribeAsync(Target target)
        {
            _subscribed.TryAdd(target, 0);
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(Target target)
        {
            _subscribed.TryRemove(target, out _);
            return Task.CompletedTask;
        }

        /// <summary>Called under the bus's lock, so one call at a time and in order.</summary>
        public void Offer(Message message)
        {
            if (message.Target.Kind == TargetKind.All || _subscribed.ContainsKey(message.Target)) _receiver?.Receive(message);
        }

        public void Flush() => _receiver?.Flush();
    }

    /// <summary>The ids of the last minutes in order of age, so that each is removed once, when it expires. Not thread-safe.</summary>
    private sealed class RecentIds(TimeProvider time, TimeSpan lifetime)
    {
        private readonly HashSet<(Target Target, string Id)> _ids = [];
        private readonly Queue<(long AddedAt, (Target Target, string Id) Key)> _byAge = new();

        /// <summary>False if the id is already present.</summary>
        public bool Add((Target Target, string Id) key)
        {
            var now = time.GetTimestamp();
            while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.AddedAt, now) > lifetime) _ids.Remove(_byAge.Dequeue().Key);
            if (!_ids.Add(key)) return false;
            _byAge.Enqueue((now, key));
            return true;
        }
    }
}
