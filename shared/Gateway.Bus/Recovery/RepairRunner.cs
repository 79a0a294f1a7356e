namespace Gateway.Bus.Recovery;

/// <summary>Runs the repairs. Few read at a time, so that thousands of targets after a lost connection do not hold as many pages in memory.</summary>
internal sealed class RepairRunner(IMessageHistory history, BackgroundWork work, BusMetrics metrics, RecoveryLog log, TimeProvider time) : IDisposable
{
    public const int PageSize = 1_000;
    private const int MaxReads = 32;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reads = new(MaxReads);
    private IMessageReceiver _receiver = null!;

    /// <summary>For all repairs of this pod.</summary>
    public WaitingLimit Limit { get; init; } = new();

    public void Begin(IMessageReceiver receiver) => _receiver = receiver;

    public void Start(ServedTarget target)
    {
        metrics.RepairStarted();
        work.Start(stop => RunAsync(target, stop));
    }

    public void Dispose() => _reads.Dispose();

    private async Task RunAsync(ServedTarget target, CancellationToken stop)
    {
        var delays = new Backoff(MaxDelay);
        while (true)
        {
            RepairStep step;
            await _reads.WaitAsync(stop);
            try
            {
                step = await ReadAsync(target, stop);
            }
            finally
            {
                _reads.Release();
            }

            _receiver.Flush();
            if (step == RepairStep.Ended) return;
            if (step == RepairStep.ReadLater) await Task.Delay(delays.Next(), time, stop);
            else delays.Reset();
        }
    }

    private async Task<RepairStep> ReadAsync(ServedTarget target, CancellationToken stop)
    {
        if (BeginRead(target, out var after) is not { } repair) return RepairStep.Ended;
        HistoryPage page;
        try
        {
            page = await history.ReadAsync(target.Target, new HistoryRange(after, Before: 0, PageSize), stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The bus is down, or this log cannot be read: the repair must not end without it.
            log.ReadFailed(e);
            lock (target.Gate) target.ReadAgain_NeedsLock();
            return RepairStep.ReadLater;
        }

        return Deliver(target, repair, page);
    }

    /// <summary>Null if the target was unsubscribed.</summary>
    private static Repair? BeginRead(ServedTarget target, out long after)
    {
        lock (target.Gate)
        {
            if (target.IsRemoved) target.EndRepair_NeedsLock();
            after = target.Repair_NeedsLock?.BeginRead() ?? 0;
            return target.Repair_NeedsLock;
        }
    }

    private RepairStep Deliver(ServedTarget target, Repair repair, HistoryPage page)
    {
        var (recovered, losses) = (repair.Recovered, repair.Losses);
        DeliverPage(target, repair, page);
        RepairStep step;
        do step = Next(target, repair);
        while (step == RepairStep.Delivered);
        metrics.Repaired(repair.Recovered - recovered, repair.Losses - losses);
        if (repair.Losses > losses) log.Lost(repair.Losses - losses);
        return step;
    }

    private void DeliverPage(ServedTarget target, Repair repair, HistoryPage page)
    {
        lock (target.Gate)
        {
            if (target.IsRemoved || !repair.BeginPage(page, _receiver)) return;
            if (page.Messages.Count == 0) repair.EndEmptyPage(_receiver);
        }

        foreach (var message in page.Messages)
        {
            lock (target.Gate)
            {
                if (target.IsRemoved) return;
                repair.Recover(message, _receiver);
            }
        }
    }

    private RepairStep Next(ServedTarget target, Repair repair)
    {
        lock (target.Gate)
        {
            if (!target.IsRemoved) return repair.Next(_receiver);
            target.EndRepair_NeedsLock();
            return RepairStep.Ended;
        }
    }
}
