using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

internal sealed class RedisStateStore(RedisRequests requests, IOptions<RedisOptions> options) : IStateStore
{
    private const int GetOrSetAttempts = 3;

    private readonly RedisNames _names = new(options.Value.Prefix);

    public async Task<string?> GetAsync(string key, CancellationToken cancellation) =>
        await requests.RunAsync(database => database.StringGetAsync(_names.Key(key)), cancellation);

    public Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation) =>
        requests.RunAsync(database => database.StringSetAsync(_names.Key(key), value, ttl, When.Always), cancellation);

    public async Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= GetOrSetAttempts; attempt++)
        {
            if (await requests.RunAsync(database => database.StringSetAsync(_names.Key(key), value, ttl, When.NotExists), cancellation)) return value;
            // The value may expire between the two commands; then both are repeated.
            if (await GetAsync(key, cancellation) is { } stored) return stored;
        }

        throw new BusUnavailableException("the value expired before it could be read");
    }
}
