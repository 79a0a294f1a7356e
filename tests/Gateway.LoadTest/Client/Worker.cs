using System.Diagnostics;
using System.Text.Json;

namespace Gateway.LoadTest.Client;

/// <summary>
/// A child process that holds connections. It takes orders on its input and ends with it, so that none outlives the tool.
/// </summary>
internal sealed class Worker(int loops) : IDisposable
{
    private const int PollMs = 5;
    private readonly PollLoop[] _loops = [.. Enumerable.Range(0, loops).Select(i => new PollLoop(i))];

    public static async Task<int> RunAsync(int loops, CancellationToken cancellation)
    {
        using var worker = new Worker(loops);
        while (await Console.In.ReadLineAsync(cancellation) is { } line)
        {
            var reply = await worker.TryCarryOutAsync(JsonSerializer.Deserialize<Order>(line)!, cancellation);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(reply).AsMemory(), cancellation);
            await Console.Out.FlushAsync(cancellation);
        }

        return 0;
    }

    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }

    private async Task<Reply> TryCarryOutAsync(Order order, CancellationToken cancellation)
    {
        try
        {
            return await CarryOutAsync(order, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Reply { Error = e.Message };
        }
    }

    private Task<Reply> CarryOutAsync(Order order, CancellationToken cancellation) => order.Kind switch
    {
        OrderKind.Open => OpenAsync(order.Plan!, cancellation),
        OrderKind.Phase => EachAsync(loop => WorkerOrders.StartPhase(loop, order)),
        OrderKind.Count => EachAsync(loop => new Reply { Messages = loop.Receiver.Counters.Messages }),
        OrderKind.Report => EachAsync(loop => WorkerOrders.Report(loop, order.Published, order.Keys)),
        OrderKind.Stall => EachAsync(loop => new Reply { Live = loop.Stall(order.Every) }),
        OrderKind.Churn => EachAsync(loop => WorkerOrders.SetChurn(loop, order.PerSecond / _loops.Length)),
        OrderKind.Close => EachAsync(WorkerOrders.Close),
        _ => throw new ArgumentException($"no such order: {order.Kind}", nameof(order)),
    };

    private async Task<Reply> OpenAsync(OpenPlan plan, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        await EachAsync(loop => WorkerOrders.Open(loop, plan, Array.IndexOf(_loops, loop), _loops.Length));
        // Bounded: the loops give up at the plan's deadline.
        while (true)
        {
            var open = await EachAsync(loop => new Reply { Live = loop.Opening.IsIdle ? 0 : 1 });
            if (open.Live == 0) break;
            await Task.Delay(PollMs, cancellation);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return await EachAsync(loop => new Reply { Live = loop.Opening.Live, Reasons = loop.Opening.Failures.ToDictionary(), Seconds = seconds });
    }

    private async Task<Reply> EachAsync(Func<PollLoop, Reply> order) =>
        Reply.Merge(await Task.WhenAll(_loops.Select(loop => loop.Do(() => order(loop)))));
}
