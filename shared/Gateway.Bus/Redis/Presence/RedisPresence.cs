using Gateway.Contracts;
using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis.Presence;

/// <summary>
/// Presence over Redis. One task keeps the lease and removes the entries of pods that have ended; the other writes this pod's changes, in
/// their order.
/// </summary>
internal sealed partial class RedisPresence(PodLease lease, PresenceStore store, PresenceReader reader, TimeProvider time, ILogger<RedisPresence> logger) : IPresence
{
    private const int BatchSize = 256;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReapLock = TimeSpan.FromSeconds(10);

    private readonly PresenceQueue _queue = new();
    private bool _isFailureLogged;

    public void Change(in PresenceChange change) => _queue.Add(change);

    public Task<PresencePage> GetMembersAsync(Target room, int limit, CancellationToken cancellation) => reader.GetMembersAsync(room, limit, cancellation);

    public Task<PresencePage> GetOnlineAsync(string? after, int limit, CancellationToken cancellation) => reader.GetOnlineAsync(after, limit, cancellation);

    public async Task RunAsync(IPresenceSource source, CancellationToken cancellation)
    {
        await Task.WhenAll(KeepLeaseAsync(source, cancellation), WriteChangesAsync(source, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timeout = new CancellationTokenSource(EndTimeout, time);
        try
        {
            await EndAsync(source, timeout.Token);
        }
        catch (Exception e) when (e is BusUnavailableException or OperationCanceledException)
        {
            // Another pod removes the entries when the lease has expired.
        }
    }

    private async Task KeepLeaseAsync(IPresenceSource source, CancellationToken cancellation)
    {
        string? known = null;
        while (true)
        {
            var delay = lease.RenewInterval;
            try
            {
                await lease.RenewAsync(cancellation);
                if (lease.Instance != known)
                {
                    if (known is not null) Log.LeaseLost(logger, lease.Pod);
                    known = lease.Instance;
                    _queue.Wake();
                }

                if (!lease.IsInGrace) await ReapAsync(source, cancellation);
                _isFailureLogged = false;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                LogFailure(e);
                delay = RetryDelay;
            }

            await Task.Delay(delay, time, cancellation);
        }
    }

    private async Task WriteChangesAsync(IPresenceSource source, CancellationToken cancellation)
    {
        string? written = null;
        while (true)
        {
            await _queue.WaitAsync(cancellation);
            try
            {
                if (lease.Instance is null) continue;
                if (_queue.HasOverflowed)
                {
                    await lease.BeginAsync(cancellation);
                    _queue.Restart();
                }

                if (lease.Instance is { } instance && instance != written)
                {
                    await WriteAllAsync(source, cancellation);
                    written = instance;
                }

                await DrainAsync(source, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                LogFailure(e);
                await Task.Delay(RetryDelay, time, cancellation);
                _queue.Wake();
            }
        }
    }

    /// <summary>Writes the entries of a new instance, and removes what is left of earlier ones.</summary>
    private async Task WriteAllAsync(IPresenceSource source, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var entry in source.Entries)
        {
            _queue.AddOlder(entry);
            if (++count % BatchSize == 0) await DrainAsync(source, cancellation);
        }

        await DrainAsync(source, cancellation);
        foreach (var targets in (await store.OwnTargetsAsync(cancellation)).Chunk(BatchSize))
        {
            await Task.WhenAll(targets.Select(target => store.CleanAsync(target, lease.Pod, source, cancellation)));
            await store.ForgetOwnAsync(targets.Where(target => !source.Has(target)), cancellation);
            await DrainAsync(source, cancellation);
        }
    }

    private async Task DrainAsync(IPresenceSource source, CancellationToken cancellation)
    {
        while (_queue.Take(BatchSize) is { Count: > 0 } batch)
        {
            try
            {
                await store.WriteAsync(batch, source, cancellation);
            }
            catch
            {
                foreach (var change in batch) _queue.AddOlder(change);
                throw;
            }
        }
    }

    private async Task ReapAsync(IPresenceSource source, CancellationToken cancellation)
    {
        foreach (var pod in await lease.ExpiredPodsAsync(cancellation))
        {
            if (!await store.TryReapAsync(pod, ReapLock, cancellation)) continue;
            var removed = 0;
            while (true)
            {
                var targets = await store.TargetsAsync(pod, cancellation);
                await Task.WhenAll(PresenceStore.ToTargets(targets).Select(target => store.CleanAsync(target, pod, source, cancellation)));
                if (!await store.ForgetAsync(pod, targets, cancellation) || targets.Length == 0) break;
                removed += targets.Length;
                await lease.RenewIfDueAsync(cancellation);
            }

            Log.Reaped(logger, pod, removed);
        }
    }

    /// <summary>Removes this pod's entries, then its lease.</summary>
    private async Task EndAsync(IPresenceSource source, CancellationToken cancellation)
    {
        if (lease.Instance is null) return;
        foreach (var entry in source.Entries) _queue.Add(entry with { Connections = 0 });
        await DrainAsync(source, cancellation);
        await lease.EndAsync(cancellation);
        await store.ForgetAsync(lease.Pod, [], cancellation);
    }

    private void LogFailure(Exception error)
    {
        // Without a cause Redis was not reached yet since the start, which the connection logs.
        if (_isFailureLogged || error.InnerException is null) return;
        Log.Unavailable(logger, error.Message);
        _isFailureLogged = true;
    }

    private static partial class Log
    {
        [LoggerMessage(2070, LogLevel.Warning, "The presence lease of {Pod} was lost: its entries are written again. Another process with the same Redis:ClientName, or an interruption longer than Presence:Lease")]
        public static partial void LeaseLost(ILogger logger, string pod);

        [LoggerMessage(2071, LogLevel.Warning, "Presence is not written: {Reason}. It is complete again some seconds after this is resolved")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(2072, LogLevel.Information, "The pod {Pod} has ended: its presence entries in {Targets} targets were removed")]
        public static partial void Reaped(ILogger logger, string pod, int targets);
    }
}
