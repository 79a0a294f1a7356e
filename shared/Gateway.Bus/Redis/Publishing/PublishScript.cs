using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Publishes unless the id was seen. Sent as EVAL with its text: a flushed script cache can then neither fail a publish nor, by the second
/// attempt it would take, change the order.
/// </summary>
internal static class PublishScript
{
    private const int RememberedSeconds = 300;

    // A channel the user may not publish to must not use the id up.
    private const string Text = """
        if not redis.call('SET', KEYS[1], '', 'NX', 'EX', ARGV[1]) then return 0 end
        local sent = redis.pcall('PUBLISH', ARGV[2], ARGV[3])
        if type(sent) == 'table' and sent.err then
          redis.call('DEL', KEYS[1])
          return sent
        end
        return 1
        """;

    /// <summary>True when it was published, false when the id had been.</summary>
    public static async Task<bool> RunAsync(IDatabase database, string idKey, string channel, byte[] payload)
    {
        var answer = await database.ScriptEvaluateAsync(Text, [idKey], [RememberedSeconds, channel, payload], CommandFlags.NoScriptCache);
        return (long)answer == 1;
    }
}
