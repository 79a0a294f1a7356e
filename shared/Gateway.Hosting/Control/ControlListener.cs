using Gateway.Bus;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Control;

/// <summary>Carries out one kind of order that was sent to all processes.</summary>
public interface IOrderHandler
{
    /// <summary>The order's name.</summary>
    string Order { get; }

    /// <summary>Must not wait for long: the next orders wait behind it.</summary>
    void Execute(ControlOrder order);
}

/// <summary>Receives the orders to all processes and gives each to its handler; one that this service has no handler for is ignored.</summary>
internal sealed partial class ControlListener(
    IControlChannel channel, IEnumerable<IOrderHandler> handlers, RevocationStore store, Revocations revocations, ILogger<ControlListener> logger)
    : BackgroundService, IControlReceiver
{
    private readonly Dictionary<string, IOrderHandler> _handlers = handlers.ToDictionary(handler => handler.Order, StringComparer.Ordinal);

    public ValueTask ReceiveAsync(IReadOnlyList<ControlOrder> orders)
    {
        foreach (var order in orders)
        {
            if (_handlers.TryGetValue(order.Name, out var handler)) Execute(handler, order);
        }

        revocations.Apply();
        return ValueTask.CompletedTask;
    }

    public async Task ReadStateAsync(CancellationToken cancellation)
    {
        foreach (var revocation in await store.ReadAsync(cancellation)) revocations.Add(revocation);
        revocations.Apply();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await channel.ListenAsync(this, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Execute(IOrderHandler handler, ControlOrder order)
    {
        try
        {
            handler.Execute(order);
            Log.Executed(logger, order.Name, order.Id);
        }
        catch (Exception e)
        {
            // The orders after it, revocations among them, must be carried out.
            Log.Failed(logger, order.Name, order.Id, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1050, LogLevel.Debug, "Order {Order} {OrderId} executed")]
        public static partial void Executed(ILogger logger, string order, string orderId);

        [LoggerMessage(1051, LogLevel.Error, "Order {Order} {OrderId} failed")]
        public static partial void Failed(ILogger logger, string order, string orderId, Exception exception);
    }
}

/// <summary>The order <c>revoke</c>, as <see cref="RevocationStore"/> sends it.</summary>
internal sealed class RevokeOrder(Revocations revocations) : IOrderHandler
{
    public string Order => Revocation.Order;

    public void Execute(ControlOrder order)
    {
        if (Revocation.Read(order.Arguments) is { } revocation) revocations.Add(revocation);
    }
}
