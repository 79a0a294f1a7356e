using System.Collections.Concurrent;
using Gateway.Contracts;

namespace Gateway.Bus.Recovery;

/// <summary>Reads the places of targets after their subscription was confirmed: the first time, and after every lost connection. Many at a time.</summary>
internal sealed class PlaceReader(IMessageHistory history, BackgroundWork work, RecoveryLog log, TimeProvider time)
{
    public const int MaxBatch = 1_000;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<ServedTarget> _queue = new();
    private Action<ServedTarget, Position, Position?> _check = null!;
    private bool _isRunning;

    /// <param name="check">Gets a target, its place, and the receiver's place before that was read.</param>
    public void Begin(Action<ServedTarget, Position, Position?> check) => _check = check;

    /// <summary>Never waits: called by the bus's reader, for each of its targets after a lost connection.</summary>
    public void Add(ServedTarget target)
    {
        if (!target.TryQueue()) return;
        _queue.Enqueue(target);
        if (!Interlocked.Exchange(ref _isRunning, true)) work.Start(RunAsync);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var delays = new Backoff(MaxDelay);
        var size = MaxBatch;
        do
        {
            while (Take(size) is { Count: > 0 } batch)
            {
                stop.ThrowIfCancellationRequested();
                if (await TryReadAsync(batch, stop))
                {
                    size = Math.Min(size * 2, MaxBatch);
                    delays.Reset();
                    continue;
                }

                // Halved, so that one key that cannot be read does not hold up the other targets for good.
                size = Math.Max(size / 2, 1);
                batch.ForEach(Add);
                await Task.Delay(delays.Next(), time, stop);
            }

            Volatile.Write(ref _isRunning, false);
        }
        while (!_queue.IsEmpty && !Interlocked.Exchange(ref _isRunning, true));
    }

    private List<ServedTarget> Take(int size)
    {
        var batch = new List<ServedTarget>();
        while (batch.Count < size && _queue.TryDequeue(out var target))
        {
            // A loss that is noticed from here on needs another read.
            target.Dequeued();
            if (!target.IsRemoved) batch.Add(target);
        }

        return batch;
    }

    private async Task<bool> TryReadAsync(List<ServedTarget> batch, CancellationToken stop)
    {
        var before = batch.ConvertAll(target =>
        {
            lock (target.Gate) return target.Place_NeedsLock;
        });
        Position[] places;
        try
        {
            places = await history.GetPositionsAsync(batch.ConvertAll(target => target.Target), stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            log.ReadFailed(e);
            return false;
        }

        for (var i = 0; i < batch.Count; i++) _check(batch[i], places[i], before[i]);
        return true;
    }
}
