using System.Threading.Channels;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Hosting.Control;
using Gateway.Operations;
using Gateway.WebSockets;

namespace Gateway.Control;

/// <summary><c>drain</c>: the clients reconnect, to this pod or another, spread over the drain's budget.</summary>
internal sealed class DrainOrder(ClosingWorker worker) : IOrderHandler
{
    public string Order => Orders.Drain;

    public void Execute(ControlOrder order) => worker.CloseAll(CloseCode.GoingAway);
}

/// <summary><c>restart</c>: the same with 1012; a stopped gateway accepts connections again.</summary>
internal sealed class RestartOrder(ClosingWorker worker, Lifecycle lifecycle) : IOrderHandler
{
    public string Order => Orders.Restart;

    public void Execute(ControlOrder order)
    {
        lifecycle.Stopped = false;
        worker.CloseAll(CloseCode.Restart);
    }
}

/// <summary><c>stop</c>: refuses handshakes and closes the connections. Readiness and HTTP are not changed.</summary>
internal sealed class StopOrder(ClosingWorker worker, Lifecycle lifecycle) : IOrderHandler
{
    public string Order => Orders.Stop;

    public void Execute(ControlOrder order)
    {
        lifecycle.Stopped = true;
        worker.CloseAll(CloseCode.GoingAway);
    }
}

/// <summary><c>start</c>: accepts handshakes again.</summary>
internal sealed class StartOrder(Lifecycle lifecycle) : IOrderHandler
{
    public string Order => Orders.Start;

    public void Execute(ControlOrder order) => lifecycle.Stopped = false;
}

/// <summary>Closes all connections gradually, one order after another. While one is carried out the latest of the others waits.</summary>
internal sealed partial class ClosingWorker(GradualClose close, ILogger<ClosingWorker> logger) : BackgroundService
{
    private readonly Channel<CloseCode> _orders = Channel.CreateBounded<CloseCode>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public void CloseAll(CloseCode code) => _orders.Writer.TryWrite(code);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var code in _orders.Reader.ReadAllAsync(stoppingToken))
            {
                Log.Closing(logger, code.Code);
                await close.RunAsync(code, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; the shutdown closes what is left.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3500, LogLevel.Information, "Closing all connections with {Code}, as ordered by an operator")]
        public static partial void Closing(ILogger logger, int code);
    }
}
