using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

internal sealed class RedisStateStore(RedisConnection connection, IOptions<RedisOptions> options, TimeProvider time) : IStateStore
{
    private const int GetOrSetAttempts = 3;

    private readonly RedisNames _names = new(options.Value.Prefix);
    private readonly TimeSpan _timeout = options.Value.StateTimeout;

    public async Task<string?> GetAsync(string key, CancellationToken cancellation) =>
        await RunAsync(database => database.StringGetAsync(_names.Key(key)), cancellation);

    public Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation) =>
        RunAsync(database => database.StringSetAsync(_names.Key(key), value, ttl, When.Always), cancellation);

    public async Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= GetOrSetAttempts; attempt++)
        {
            if (await RunAsync(database => database.StringSetAsync(_names.Key(key), value, ttl, When.NotExists), cancellation)) return value;
            // The value may expire between the two commands; then both are repeated.
            if (await GetAsync(key, cancellation) is { } stored) return stored;
        }

        throw new BusUnavailableException("the value expired before it could be read");
    }

    private async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellation)
    {
        try
        {
            var database = connection.Database ?? throw new BusUnavailableException(Down());
            return await command(database).WaitAsync(_timeout, time, cancellation);
        }
        catch (RedisServerException e)
        {
            throw new BusUnavailableException($"Redis refused: {RedisErrors.Reason(e)}", e);
        }
        catch (RedisConnectionException e)
        {
            throw new BusUnavailableException(Down(), e);
        }
        catch (TimeoutException e)
        {
            throw new BusUnavailableException($"Redis did not respond within {_timeout.TotalMilliseconds:0} ms", e);
        }
    }

    private string Down() => $"Redis is down: {connection.Health.Reason ?? "the connection was just lost"}";
}
