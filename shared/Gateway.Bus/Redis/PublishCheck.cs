using Gateway.Bus.Redis.History;
using Gateway.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>Does what publishing does, except for the message, so that a full, read-only or forbidding server is noticed.</summary>
internal sealed class PublishCheck(HistoryScriptLoader loader, HistoryPolicies policies, IOptions<RedisOptions> options, TimeProvider time)
{
    private const string Text = """
        redis.call('SET', KEYS[1], '', 'EX', 60)
        if KEYS[2] then
          redis.call('HMGET', KEYS[2], 'n', 'epoch')
          redis.call('HSET', KEYS[2], 'epoch', '')
          local n = redis.call('HINCRBY', KEYS[2], 'n', 1)
          redis.call('DEL', KEYS[3])
          redis.call('XADD', KEYS[3], 'MAXLEN', 1, n .. '-0', 'i', '')
          redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)
          redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
          redis.call('PEXPIRE', KEYS[2], 60000)
          redis.call('PEXPIRE', KEYS[3], 60000)
          redis.call('GET', KEYS[1])
        end
        if not redis.acl_check_cmd then return 1 end
        for _, channel in ipairs(ARGV) do
          if redis.acl_check_cmd('PUBLISH', channel, '') then return 1 end
        end
        return redis.error_reply('NOPERM this user may not publish to any channel of the gateway')
        """;

    private const int TtlMilliseconds = 60_000;

    private readonly RedisNames _names = new(options.Value.Prefix);

    /// <summary>Throws <see cref="RedisServerException"/> with the server's reason. With history it leaves the scripts loaded.</summary>
    public async Task RunAsync(IDatabase database, int connection, CancellationToken cancellation)
    {
        RedisValue[] channels = [_names.Channel(Target.All), _names.Channel(Target.User("-")), _names.Channel(Target.Room("-")), _names.Channel(Target.Task("-"))];
        var channel = _names.CheckChannel;
        RedisKey id = _names.PublishedId(channel, "");
        RedisKey[] keys = policies.Any ? [id, _names.Counter(channel), _names.Log(channel)] : [id];
        await database.ScriptEvaluateAsync(Text, keys, channels, CommandFlags.NoScriptCache).WaitAsync(options.Value.StateTimeout, time, cancellation);
        if (!policies.Any) return;
        var scripts = await loader.LoadAsync(database, connection, unknown: null, cancellation);
        try
        {
            await database.ScriptEvaluateAsync(scripts.Position.Sha, keys[1..], [Position.NewEpoch(), TtlMilliseconds]).WaitAsync(options.Value.StateTimeout, time, cancellation);
        }
        catch (RedisServerException e) when (HistoryScripts.IsUnknown(e))
        {
            await loader.LoadAsync(database, connection, scripts, cancellation);
        }
    }
}
