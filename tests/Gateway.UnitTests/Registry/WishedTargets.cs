using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.UnitTests.Registry;

/// <summary>A bus that only remembers what was asked of it.</summary>
internal sealed class WishedTargets : IMessageSubscriber
{
    private readonly ConcurrentDictionary<Target, int> _wishes = new();

    public IEnumerable<Target> Current => _wishes.Keys;

    public void Start(IMessageReceiver receiver)
    {
    }

    public Task SubscribeAsync(Target target)
    {
        _wishes[target] = 0;
        return Task.CompletedTask;
    }

    public Task UnsubscribeAsync(Target target)
    {
        _wishes.TryRemove(target, out _);
        return Task.CompletedTask;
    }

    public ConnectionRegistry Registry(int workers = 2, TimeSpan batchWindow = default) =>
        new(this, new SamePolicy(TargetPolicy.Default with { BatchWindow = batchWindow }), new WorkerCount(workers));

    private sealed class SamePolicy(TargetPolicy policy) : TargetPolicies
    {
        public override TargetPolicy Handling(Target target) => policy;
    }
}
