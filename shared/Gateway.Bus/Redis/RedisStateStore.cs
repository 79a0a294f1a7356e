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

    public async Task<string?> TakeAsync(string key, CancellationToken cancellation) =>
        (string?)await requests.RunAsync(database => database.ExecuteAsync("GETDEL", (RedisKey)_names.Key(key)), cancellation);

    public async Task<IReadOnlyDictionary<string, string>> GetFieldsAsync(string key, CancellationToken cancellation)
    {
        var fields = await requests.RunAsync(database => database.HashGetAllAsync(_names.Key(key)), cancellation);
        return fields.ToDictionary(field => field.Name.ToString(), field => field.Value.ToString(), StringComparer.Ordinal);
    }

    public Task SetFieldAsync(string key, string field, string value, CancellationToken cancellation) =>
        requests.RunAsync(database => database.HashSetAsync(_names.Key(key), field, value), cancellation);

    public Task RemoveFieldsAsync(string key, IReadOnlyCollection<string> fields, CancellationToken cancellation) =>
        requests.RunAsync(database => database.HashDeleteAsync(_names.Key(key), [.. fields.Select(field => (RedisValue)field)]), cancellation);
}
