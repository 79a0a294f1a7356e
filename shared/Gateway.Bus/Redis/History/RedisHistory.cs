using System.Globalization;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.History;

internal sealed class RedisHistory(
    RedisConnection connection, HistoryScriptLoader loader, RedisRequests requests, HistoryPolicies policies, IOptions<RedisOptions> options, TimeProvider time) : IMessageHistory
{
    private const int MaxLoads = 3;

    /// <summary>So many that a batch is answered well within the timeout.</summary>
    private const int BatchSize = 500;

    private readonly RedisNames _names = new(options.Value.Prefix);

    public bool Keeps(Target target) => policies.Of(target) is not null;

    public async Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        var positions = new List<Position>(targets.Count);
        foreach (var batch in targets.Chunk(BatchSize))
        {
            var replies = await RunAsync((database, scripts) => Task.WhenAll(Array.ConvertAll(batch, target => Evaluate(database, scripts.Position, target))), cancellation);
            positions.AddRange(replies.Select(reply => PositionOf((string?)reply)));
        }

        return [.. positions];
    }

    public async Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation)
    {
        var (first, last) = (range.After + 1, range.Before > 0 ? Number(range.Before - 1) : "+");
        var reply = (RedisResult[]?)await RunAsync(
            (database, scripts) => Evaluate(database, scripts.Read, target, Number(first), last, range.Limit, range.Newest ? 1 : 0, HistoryPage.MaxBytes), cancellation) ?? [];

        var current = PositionOf((string?)reply[0]);
        var messages = new List<Message>((reply.Length - 2) / 2);
        for (var i = 2; i < reply.Length; i += 2)
        {
            var position = current with { Offset = OffsetOf((string?)reply[i]) };
            // Written by a publisher of ours, so it can be read; one that cannot is missing from the page.
            if (Envelope.TryReadNumbered((byte[]?)reply[i + 1], target, position, time.GetUtcNow(), out var message, out _)) messages.Add(message!);
        }

        if (range.Newest) messages.Reverse();
        return new HistoryPage(current, OffsetOf((string?)reply[1]), messages);
    }

    private Task<RedisResult> Evaluate(IDatabase database, Script script, Target target, params ReadOnlySpan<RedisValue> arguments)
    {
        var policy = policies.Of(target) ?? throw new ArgumentException($"{target} has no history", nameof(target));
        var channel = _names.Channel(target);
        return database.ScriptEvaluateAsync(script.Sha, [_names.Counter(channel), _names.Log(channel)], [Position.NewEpoch(), (long)policy.Ttl.TotalMilliseconds, .. arguments]);
    }

    /// <summary>Loads the scripts where the server does not know them: nothing was executed then.</summary>
    private Task<T> RunAsync<T>(Func<IDatabase, HistoryScripts, Task<T>> command, CancellationToken cancellation) =>
        requests.RunAsync(
            async database =>
            {
                var number = connection.Number;
                var scripts = await loader.LoadAsync(database, number, unknown: null, cancellation);
                for (var loads = 1; ; loads++)
                {
                    try
                    {
                        return await command(database, scripts);
                    }
                    catch (RedisServerException e) when (HistoryScripts.IsUnknown(e) && loads < MaxLoads)
                    {
                        scripts = await loader.LoadAsync(database, number, scripts, cancellation);
                    }
                }
            },
            cancellation);

    private static Position PositionOf(string? text) =>
        Position.TryParse(text, out var position) ? position : throw new BusUnavailableException("Redis returned an invalid place");

    /// <summary>The number of a stream entry's id, <c>17-0</c>.</summary>
    private static long OffsetOf(string? entry) => long.Parse(entry.AsSpan(0, entry!.IndexOf('-')), CultureInfo.InvariantCulture);

    private static string Number(long offset) => offset.ToString(CultureInfo.InvariantCulture);
}
