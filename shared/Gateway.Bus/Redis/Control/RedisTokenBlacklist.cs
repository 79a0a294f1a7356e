using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Control;

internal sealed class RedisTokenBlacklist(RedisRequests requests) : ITokenBlacklist
{
    /// <summary>How many keys the server looks at in one step: about 0.1 ms of its time.</summary>
    private const string StepSize = "1000";

    public async Task<bool> ContainsAsync(string token, CancellationToken cancellation) =>
        !(await requests.RunAsync(database => database.StringGetAsync(RedisNames.BlacklistedToken(token)), cancellation)).IsNull;

    public async IAsyncEnumerable<string> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var cursor = "0";
        do
        {
            var from = cursor;
            var reply = (RedisResult[])await requests.RunAsync(
                database => database.ExecuteAsync("SCAN", from, "MATCH", RedisNames.BlacklistPrefix + "*", "COUNT", StepSize), cancellation);
            cursor = (string)reply[0];
            foreach (var key in (string[])reply[1]) yield return key[RedisNames.BlacklistPrefix.Length..];
        }
        while (cursor != "0");
    }
}
