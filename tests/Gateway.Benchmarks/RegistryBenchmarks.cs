using BenchmarkDotNet.Attributes;
using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Benchmarks;

/// <summary>Target → members, among 10,000 rooms of five.</summary>
[MemoryDiagnoser]
public class RegistryBenchmarks
{
    private const int Rooms = 10_000;

    private readonly Target[] _targets = [.. Enumerable.Range(0, Rooms).Select(i => Target.Room($"chat:{i}"))];
    private ConnectionRegistry _registry = null!;
    private int _next;

    [GlobalSetup]
    public async Task Fill()
    {
        _registry = new ConnectionRegistry(new InProcessBus(HistoryPolicies.None, TimeProvider.System).CreateSubscriber(), new NoPolicies(), new WorkerCount(2));
        var connections = Enumerable.Range(0, 50).Select(i => Receiver.Create(i % 2)).ToArray();
        for (var i = 0; i < Rooms; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                var join = _registry.Begin(_targets[i]);
                await join.Subscribed;
                _registry.Complete(join, connections[(i + j) % connections.Length], since: null, joined: null);
            }
        }
    }

    [Benchmark]
    public int LookUp()
    {
        var target = _targets[_next++ % Rooms];
        if (!_registry.TryGet(target, out var members)) return 0;
        lock (members)
        {
            var receivers = members.Capture();
            return receivers.OfWorker(0).Length + receivers.OfWorker(1).Length;
        }
    }

    private sealed class NoPolicies : TargetPolicies
    {
        public override TargetPolicy Handling(Target target) => TargetPolicy.Default;
    }
}
