using System.Collections.Concurrent;
using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

internal sealed class InProcessSubscriber : IMessageSubscriber
{
    private readonly ConcurrentDictionary<Target, byte> _wanted = new();
    private IMessageReceiver? _receiver;

    public void Start(IMessageReceiver receiver) => _receiver = receiver;

    public Task SubscribeAsync(Target target)
    {
        _wanted.TryAdd(target, 0);
        return Task.CompletedTask;
    }

    public Task UnsubscribeAsync(Target target)
    {
        _wanted.TryRemove(target, out _);
        return Task.CompletedTask;
    }

    /// <summary>Called under the bus's lock, so one at a time and in order.</summary>
    public void Offer(Message message)
    {
        if (message.Target.Kind == TargetKind.All || _wanted.ContainsKey(message.Target)) _receiver?.Receive(message);
    }

    public void Flush() => _receiver?.Flush();
}
