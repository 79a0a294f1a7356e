using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Bus.Redis.Inbox;

/// <summary>
/// Publishes what other services have written to the stream <c>gateway:inbox</c>, in order. One pod at a time holds its lease. An entry is
/// deleted once it is published; a pod that ends in between leaves it to the next one, whose repeated publish has the same id. Invalid
/// entries go to <c>gateway:inbox:dead</c> with the reason.
/// </summary>
internal sealed partial class InboxReader : BackgroundService
{
    private const int BatchSize = 100;
    private const int MaxDead = 10_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly RedisRequests _requests;
    private readonly IMessagePublisher _publisher;
    private readonly BusMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<InboxReader> _logger;
    private readonly RedisLease _lease;
    private readonly InboxOptions _options;
    private readonly string _inbox;
    private readonly string _dead;
    private bool _isOutageLogged;

    public InboxReader(
        RedisRequests requests,
        IMessagePublisher publisher,
        BusMetrics metrics,
        IOptions<RedisOptions> redis,
        IOptions<InboxOptions> options,
        TimeProvider time,
        ILogger<InboxReader> logger)
    {
        (_requests, _publisher, _metrics, _time, _logger, _options) = (requests, publisher, metrics, time, logger, options.Value);
        var names = new RedisNames(redis.Value.Prefix);
        (_inbox, _dead) = (names.Inbox, names.DeadInbox);
        _lease = new RedisLease(requests, names.InboxLease, redis.Value.ClientName, time);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.Enabled) return;
        try
        {
            while (true) await Task.Delay(await RunOnceAsync(stoppingToken), _time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
    }

    /// <summary>Serves what waits; returns how long to pause.</summary>
    private async Task<TimeSpan> RunOnceAsync(CancellationToken cancellation)
    {
        try
        {
            if (!await _lease.HoldAsync(cancellation)) return RedisLease.RetryInterval;
            var entries = InboxEntry.ReadAll(await _requests.RunAsync(database => database.ExecuteAsync("XRANGE", _inbox, "-", "+", "COUNT", BatchSize), cancellation));
            if (entries.Count == 0) return _options.PollInterval;
            var done = await PublishAllAsync(entries, cancellation);
            if (done.Count > 0) await _requests.RunAsync(database => database.ExecuteAsync("XDEL", [_inbox, .. done]), cancellation);
            _isOutageLogged = false;
            return done.Count == entries.Count ? TimeSpan.Zero : RetryDelay;
        }
        catch (BusUnavailableException e)
        {
            if (!_isOutageLogged) Log.Waiting(_logger, e.Message);
            _isOutageLogged = true;
            return RetryDelay;
        }
    }

    /// <summary>Publishes the entries of each target in their order; returns the ids of those that need no further attempt.</summary>
    private async Task<List<string>> PublishAllAsync(List<InboxEntry> entries, CancellationToken cancellation)
    {
        var done = new List<string>();
        var byTarget = new Dictionary<Target, List<(InboxEntry Entry, Message Message)>>();
        foreach (var entry in entries)
        {
            if (entry.ToMessage(_time.GetUtcNow(), out var error) is not { } message)
            {
                await BuryAsync(entry, error!, cancellation);
                done.Add(entry.Id);
                continue;
            }

            if (!byTarget.TryGetValue(message.Target, out var ofTarget)) byTarget[message.Target] = ofTarget = [];
            ofTarget.Add((entry, message));
        }

        foreach (var published in await Task.WhenAll(byTarget.Values.Select(ofTarget => PublishAsync(ofTarget, cancellation)))) done.AddRange(published);
        return done;
    }

    /// <summary>Stops at the first entry that the bus does not take, so that the order is kept.</summary>
    private async Task<List<string>> PublishAsync(List<(InboxEntry Entry, Message Message)> entries, CancellationToken cancellation)
    {
        var done = new List<string>();
        foreach (var (entry, message) in entries)
        {
            // After a freeze another pod may be serving the inbox.
            if (!_lease.IsHeld) break;
            var result = await _publisher.PublishAsync(message, idempotent: true, cancellation);
            if (result.Status == PublishStatus.Unavailable) break;
            if (result.Status == PublishStatus.TooLarge) await BuryAsync(entry, result.Reason!, cancellation);
            else _metrics.Inbox("published");
            done.Add(entry.Id);
        }

        return done;
    }

    private async Task BuryAsync(InboxEntry entry, string reason, CancellationToken cancellation)
    {
        Log.Dead(_logger, entry.Id, reason);
        object[] arguments = [_dead, "MAXLEN", "~", MaxDead, "*", "entry", entry.Id, "reason", reason, .. entry.Fields.Select(field => (object)field)];
        await _requests.RunAsync(database => database.ExecuteAsync("XADD", arguments), cancellation);
        _metrics.Inbox("dead");
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await _lease.ReleaseAsync(CancellationToken.None);
        }
        catch (BusUnavailableException)
        {
            // It ends by itself.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Warning, "Ignored the entry {Entry} of the inbox: {Reason}. It was moved to the stream of dead entries")]
        public static partial void Dead(ILogger logger, string entry, string reason);

        [LoggerMessage(2051, LogLevel.Warning, "The inbox is not served: {Reason}. Its entries are kept")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

/// <summary>Section <c>Inbox</c>: the stream for services that write to Redis and need no answer.</summary>
public sealed class InboxOptions
{
    /// <summary>Whether this process takes part in serving the inbox. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How often the pod that serves the inbox looks for entries while there are none: one command each time, about 1 % of a core at 80 ms.
    /// Default 80 ms. Range 10 ms–10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(80);
}
