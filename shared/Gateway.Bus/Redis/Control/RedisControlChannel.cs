using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Control;

/// <summary>
/// The orders are a stream, which each process reads five times a second from its own place on. So a service that only publishes needs no
/// subscription connection for them, and what was missed during an outage is simply read later.
/// </summary>
internal sealed partial class RedisControlChannel(
    RedisRequests requests, IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisControlChannel> logger) : IControlChannel
{
    private const int KeptOrders = 1000;
    private const string Field = "order";
    private const string Beginning = "0-0";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly RedisKey _stream = new RedisNames(options.Value.Prefix).Control;
    private readonly RecentOrders _known = new(2 * KeptOrders);
    private string? _last;
    private long _startedAt;
    private bool _mustReadState = true;

    public async Task<string> SendAsync(string name, JsonObject arguments, CancellationToken cancellation)
    {
        var id = MessageId.New(time.GetUtcNow());
        var text = ControlOrder.Write(id, name, arguments);
        return await requests.RunAsync(
            async database =>
            {
                var added = database.ExecuteAsync("XADD", _stream, "MAXLEN", KeptOrders, "*", Field, text);
                await Task.WhenAll(added, database.KeyExpireAsync(_stream, KeptFor));
                return id;
            },
            cancellation);
    }

    public async Task ListenAsync(IControlReceiver receiver, CancellationToken cancellation)
    {
        _startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                await ReceiveAsync(receiver, cancellation);
            }
            catch (BusUnavailableException)
            {
                _mustReadState = true;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Revocations depend on this loop.
                Log.Failed(logger, e);
                _mustReadState = true;
            }

            await Task.Delay(Interval, time, cancellation);
        }
    }

    private async Task ReceiveAsync(IControlReceiver receiver, CancellationToken cancellation)
    {
        // What was ordered before this process began to listen does not concern it.
        var since = _last is null ? await ServerTimeOfStartAsync(cancellation) : 0;
        var orders = Read(await ReadNewAsync(cancellation), since);
        if (orders.Count > 0) await receiver.ReceiveAsync(orders);
        if (!_mustReadState) return;
        await receiver.ReadStateAsync(cancellation);
        _mustReadState = false;
    }

    /// <summary>By the server's clock, which the ids of the entries are made of: unix ms.</summary>
    private async Task<long> ServerTimeOfStartAsync(CancellationToken cancellation)
    {
        var now = (string[])await requests.RunAsync(database => database.ExecuteAsync("TIME"), cancellation);
        var milliseconds = (long.Parse(now[0], CultureInfo.InvariantCulture) * 1000) + (long.Parse(now[1], CultureInfo.InvariantCulture) / 1000);
        return milliseconds - (long)time.GetElapsedTime(_startedAt).TotalMilliseconds;
    }

    /// <summary>Reads from the last known entry on, including it: if it is missing, the stream was trimmed, lost or replaced.</summary>
    private async Task<List<Entry>> ReadNewAsync(CancellationToken cancellation)
    {
        var from = _last ?? Beginning;
        var entries = await ReadAsync(from, cancellation);
        if (from != Beginning && (entries.Count == 0 || entries[0].Id != from))
        {
            _mustReadState = true;
            entries = await ReadAsync(Beginning, cancellation);
        }

        _last = entries.Count > 0 ? entries[^1].Id : Beginning;
        return entries;
    }

    private async Task<List<Entry>> ReadAsync(string from, CancellationToken cancellation)
    {
        // The library has no commands for streams.
        var reply = (RedisResult[])await requests.RunAsync(database => database.ExecuteAsync("XRANGE", _stream, from, "+"), cancellation);
        return [.. reply.Select(entry => (RedisResult[])entry).Select(entry => new Entry((string)entry[0], Value((string[])entry[1])))];
    }

    private static string? Value(string[] fields) => Array.IndexOf(fields, Field) is var at and >= 0 && at + 1 < fields.Length ? fields[at + 1] : null;

    private List<ControlOrder> Read(List<Entry> entries, long since)
    {
        var orders = new List<ControlOrder>();
        foreach (var entry in entries)
        {
            if (entry.Order is not null && ControlOrder.Read(entry.Order) is { } order && _known.Add(order.Id) && entry.Time >= since) orders.Add(order);
        }

        return orders;
    }

    private readonly record struct Entry(string Id, string? Order)
    {
        /// <summary>Unix ms.</summary>
        public long Time => long.Parse(Id.AsSpan(0, Id.IndexOf('-')), CultureInfo.InvariantCulture);
    }

    private static partial class Log
    {
        [LoggerMessage(2060, LogLevel.Error, "Orders to all pods could not be received; retrying")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

/// <summary>The ids of the latest orders. Not thread-safe.</summary>
internal sealed class RecentOrders(int count)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _byAge = new();

    /// <summary>False if the id is known.</summary>
    public bool Add(string id)
    {
        if (!_ids.Add(id)) return false;
        _byAge.Enqueue(id);
        if (_byAge.Count > count) _ids.Remove(_byAge.Dequeue());
        return true;
    }
}
