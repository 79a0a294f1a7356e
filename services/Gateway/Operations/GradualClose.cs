using Gateway.Connections;
using Gateway.Delivery;
using Gateway.Registry;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

/// <summary>
/// Closes all connections evenly over the budget of the drain, each at the time that its client was told: so the clients do not reconnect
/// all at once.
/// </summary>
internal sealed class GradualClose(ConnectionRegistry registry, Fanout fanout, IOptions<DrainOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Completes when the last connection that was open at the call is being closed.</summary>
    public async Task RunAsync(CloseCode code, CancellationToken cancellation)
    {
        var all = registry.All();
        var started = time.GetTimestamp();
        Announce(all);
        await FlushWindowsAsync(cancellation);
        for (var next = 0; next < all.Length && registry.Connections > 0;)
        {
            next = CloseDue(all, next, code, time.GetElapsedTime(started));
            if (next < all.Length) await Task.Delay(Step, time, cancellation);
        }
    }

    /// <summary>Tells each client when to reconnect. Its connection is closed at that time.</summary>
    internal void Announce(Connection[] all)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Dialect.Drain((int)DelayOf(i, all.Length).TotalMilliseconds, time.GetUtcNow()) is { } frame) all[i].Send(frame);
        }
    }

    /// <summary>Closes the connections whose announced time has come; returns the index of the first one that stays open.</summary>
    internal int CloseDue(Connection[] all, int next, CloseCode code, TimeSpan elapsed)
    {
        while (next < all.Length && DelayOf(next, all.Length) <= elapsed) all[next++].Close(code);
        return next;
    }

    /// <summary>The closes are spread evenly over the budget; the first is due at once.</summary>
    private TimeSpan DelayOf(int index, int count) => options.Value.Budget * index / count;

    /// <summary>Messages that wait in a batch window are sent before the closes. Under a load that never pauses, the closes do not wait for the end.</summary>
    private async Task FlushWindowsAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(FlushTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await fanout.FlushWindowsAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What is still being written goes to the connections that are closed later.
        }
    }
}
