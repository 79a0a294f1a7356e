using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Publishes to a target without history unless the id is known. Sent as EVAL with its text: with EVALSHA a flushed script cache would fail the publish, and the
/// second attempt would change the order.
/// </summary>
internal static class PublishScript
{
    // A publish that the ACL forbids must not consume the id.
    private const string Text = """
        if not redis.call('SET', KEYS[1], '', 'NX', 'EX', ARGV[1]) then return 0 end
        local sent = redis.pcall('PUBLISH', ARGV[2], ARGV[3])
        if type(sent) == 'table' and sent.err then
          redis.call('DEL', KEYS[1])
          return sent
        end
        return 1
        """;

    public static async Task<Sent> RunAsync(IDatabase database, string idKey, string channel, byte[] payload)
    {
        var reply = await database.ScriptEvaluateAsync(Text, [idKey], [(long)PublishResult.IdLifetime.TotalSeconds, channel, payload], CommandFlags.NoScriptCache);
        return new Sent((long)reply == 1);
    }
}
