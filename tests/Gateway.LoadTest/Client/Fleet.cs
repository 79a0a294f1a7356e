using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Client;

/// <summary>All workers: as many processes as the limit of open files asks for.</summary>
internal sealed class Fleet(int loops) : IAsyncDisposable
{
    /// <summary>A process may have 20,000 files open on most machines.</summary>
    private const int PerProcess = 18_000;

    private readonly List<WorkerProcess> _workers = [];

    /// <summary>Opens them all; fails when one could not be opened.</summary>
    public async Task<Reply> OpenAsync(OpenPlan plan, CancellationToken cancellation)
    {
        var reply = await TryOpenAsync(plan, cancellation);
        return reply.Live == plan.Count
            ? reply
            : throw new IOException($"{plan.Count - reply.Live} of {plan.Count} connections to {plan.Url} could not be opened: {Describe(reply.Reasons)}");
    }

    public async Task<Reply> TryOpenAsync(OpenPlan plan, CancellationToken cancellation)
    {
        var processes = (plan.Count + PerProcess - 1) / PerProcess;
        while (_workers.Count < processes) _workers.Add(WorkerProcess.Start(loops));
        var each = (plan.Count + _workers.Count - 1) / _workers.Count;
        var replies = await Task.WhenAll(_workers.Select((worker, i) => worker.SendAsync(
            new Order { Kind = OrderKind.Open, Plan = plan with { First = plan.First + i * each, Count = Math.Clamp(plan.Count - i * each, 0, each) } },
            cancellation)));
        return Reply.Merge(replies);
    }

    public Task<Reply> StartPhaseAsync(byte phase, int timeEvery, int gatherMs, CancellationToken cancellation) =>
        SendAsync(new Order { Kind = OrderKind.Phase, Phase = phase, Every = timeEvery, GatherMs = gatherMs }, cancellation);

    public async Task<long> CountAsync(CancellationToken cancellation) =>
        (await SendAsync(new Order { Kind = OrderKind.Count }, cancellation)).Messages;

    public Task<Reply> ReportAsync(long published, long keys, CancellationToken cancellation) =>
        SendAsync(new Order { Kind = OrderKind.Report, Published = published, Keys = keys }, cancellation);

    public Task<Reply> StallAsync(int every, CancellationToken cancellation) =>
        SendAsync(new Order { Kind = OrderKind.Stall, Every = every }, cancellation);

    public Task<Reply> ChurnAsync(double perSecond, CancellationToken cancellation) =>
        SendAsync(new Order { Kind = OrderKind.Churn, PerSecond = perSecond / Math.Max(1, _workers.Count) }, cancellation);

    public Task<Reply> CloseAsync(CancellationToken cancellation) => SendAsync(new Order { Kind = OrderKind.Close }, cancellation);

    /// <summary>CPU the workers have used so far.</summary>
    public CpuTime Cpu() => _workers.Aggregate(default(CpuTime), (sum, worker) => sum + CpuTime.Of(worker.Pid));

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
    }

    public static string Describe(IReadOnlyDictionary<string, int> reasons) =>
        string.Join(", ", reasons.OrderByDescending(r => r.Value).Take(5).Select(r => $"{r.Value} × {r.Key}"));

    private async Task<Reply> SendAsync(Order order, CancellationToken cancellation) =>
        Reply.Merge(await Task.WhenAll(_workers.Select(worker => worker.SendAsync(order, cancellation))));
}
