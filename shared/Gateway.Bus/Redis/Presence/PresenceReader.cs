using System.Text.Json;
using Gateway.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Presence;

/// <summary>Lists who is present. Entries of pods that have ended do not count, also while they are still stored.</summary>
internal sealed class PresenceReader(PodLease lease, RedisRequests requests, IOptions<RedisOptions> options)
{
    private readonly RedisNames _names = new(options.Value.Prefix);

    public async Task<PresencePage> GetMembersAsync(Target room, int limit, CancellationToken cancellation)
    {
        var reply = await requests.RunAsync(database => database.ScriptEvaluateAsync(PresenceScripts.Read, [_names.Presence(room)], [limit]), cancellation);
        var found = (RedisValue[])reply!;
        var isComplete = (long)found[1] == 0;
        // A scan may give an entry twice.
        var users = found.Skip(2).Chunk(2).DistinctBy(entry => entry[0]).Select(entry => Read(entry[0]!, entry[1])).OfType<PresentUser>().ToList();
        // With all entries at hand, those that do not count are known.
        var total = isComplete ? users.Count : (long)found[0];
        return new PresencePage(total, users.Count > limit ? users[..limit] : users, !isComplete || users.Count > limit);
    }

    public async Task<PresencePage> GetOnlineAsync(string? after, int limit, CancellationToken cancellation)
    {
        var total = await requests.RunAsync(database => database.SortedSetLengthAsync(_names.Online), cancellation);
        var users = new List<PresentUser>();
        while (true)
        {
            var from = after is null ? RedisValue.Null : (RedisValue)after;
            var page = await requests.RunAsync(
                database => database.SortedSetRangeByValueAsync(_names.Online, from, default, Exclude.Start, 0, limit + 1), cancellation);
            var values = await requests.RunAsync(database => ReadAsync(database, page), cancellation);
            foreach (var (id, value) in page.Zip(values))
            {
                after = id;
                if (value.IsNull || Read(id!, value) is not { } user) continue;
                if (users.Count == limit) return new PresencePage(total, users, HasMore: true);
                users.Add(user);
            }

            if (page.Length <= limit) return new PresencePage(total, users, HasMore: false);
        }
    }

    private Task<RedisValue[]> ReadAsync(IDatabase database, RedisValue[] users) =>
        Task.WhenAll(users.Select(user => database.HashGetAsync(_names.Presence(Target.User(user!)), user)));

    /// <summary>Null if none of the entry's instances counts.</summary>
    private PresentUser? Read(string user, RedisValue value)
    {
        using var entry = JsonDocument.Parse(value.ToString());
        var connections = entry.RootElement.GetProperty("p").EnumerateObject().Where(one => !lease.HasEnded(one.Name)).Sum(one => one.Value.GetInt32());
        return connections > 0 ? new PresentUser(user, entry.RootElement.GetProperty("n").GetString()!, connections) : null;
    }
}
