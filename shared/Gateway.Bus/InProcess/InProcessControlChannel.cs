using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>Orders within one process.</summary>
public sealed class InProcessControlChannel(TimeProvider time) : IControlChannel
{
    private readonly Lock _lock = new();
    private Channel<ControlOrder>[] _listeners = [];

    public Task<string> SendAsync(string name, JsonObject arguments, CancellationToken cancellation)
    {
        var id = MessageId.New(time.GetUtcNow());
        var order = ControlOrder.Read(ControlOrder.Write(id, name, arguments))!;

        // Under the lock, so that all listeners receive the orders in the same order.
        lock (_lock)
        {
            foreach (var listener in _listeners) listener.Writer.TryWrite(order);
        }

        return Task.FromResult(id);
    }

    public async Task ListenAsync(IControlReceiver receiver, CancellationToken cancellation)
    {
        var orders = Channel.CreateUnbounded<ControlOrder>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock) _listeners = [.. _listeners, orders];
        await receiver.ReadStateAsync(cancellation);
        await foreach (var order in orders.Reader.ReadAllAsync(cancellation)) await receiver.ReceiveAsync([order]);
    }
}
