using Gateway.Bus.Redis.History;
using Gateway.Contracts;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>Numbers, keeps and publishes a message of a target with history, in one script. Every attempt may be repeated: Redis finds the message by its id.</summary>
internal static class NumberedPublish
{
    private const char Duplicate = '=';

    public static async Task<Sent> RunAsync(IDatabase database, HistoryScripts scripts, RedisNames names, PublishCall call, HistoryPolicy policy)
    {
        var channel = names.Channel(call.Message.Target);
        RedisKey counter = names.Counter(channel), log = names.Log(channel);
        RedisKey[] keys = call.IsIdempotent ? [counter, log, names.PublishedId(channel, call.Message.Id)] : [counter, log];
        RedisValue epoch = Position.NewEpoch(), ttl = (long)policy.Ttl.TotalMilliseconds;
        RedisValue[] arguments = call.MayHaveArrived
            ? [epoch, channel, call.Payload, call.Message.Id, policy.Size, ttl, 1]
            : [epoch, channel, call.Payload, call.Message.Id, policy.Size, ttl];
        var reply = (string?)await database.ScriptEvaluateAsync(scripts.Publish.Sha, keys, arguments) ?? "";
        var isNew = !reply.StartsWith(Duplicate);
        // Without a place: the id was published while its target had no history.
        return new Sent(isNew, Position.TryParse(isNew ? reply : reply.AsSpan(1), out var position) ? position : null);
    }
}

/// <summary>The server's reply to a publish.</summary>
/// <param name="IsNew">False if the id was published before.</param>
/// <param name="Position">The place of the message, or of the first one with its id.</param>
internal readonly record struct Sent(bool IsNew, Position? Position = null);
