using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.UnitTests.Registry;

/// <summary>A bus that only remembers what was asked of it.</summary>
internal sealed class WishedTargets : IMessageSubscriber
{
    private readonly ConcurrentDictionary<Target, int> _wishes = new();

    /// <summary>Targets whose subscription the bus does not confirm.</summary>
    public HashSet<Target> Unconfirmed { get; } = [];

    public IEnumerable<Target> Current => _wishes.Keys;

    public void Start(IMessageReceiver receiver)
    {
    }

    public Task SubscribeAsync(Target target)
    {
        _wishes[target] = 0;
        return Unconfirmed.Contains(target) ? new TaskCompletionSource().Task : Task.CompletedTask;
    }

    public Task UnsubscribeAsync(Target target)
    {
        _wishes.TryRemove(target, out _);
        return Task.CompletedTask;
    }

    public ConnectionRegistry Registry(int workers = 2, TimeSpan batchWindow = default, string windowOf = "") =>
        new(this, new WindowPolicy(batchWindow, windowOf), new WorkerCount(workers));

    /// <summary>The same window for all targets whose names begin so.</summary>
    private sealed class WindowPolicy(TimeSpan window, string names) : TargetPolicies
    {
        public override TargetPolicy Handling(Target target) =>
            TargetPolicy.Default with { BatchWindow = target.Name.StartsWith(names, StringComparison.Ordinal) ? window : TimeSpan.Zero };
    }
}
