using System.Collections.Concurrent;

namespace Gateway.Bus.InProcess;

public sealed class InProcessStateStore(TimeProvider time) : IStateStore
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _hashes = new(StringComparer.Ordinal);

    public Task<string?> GetAsync(string key, CancellationToken cancellation) =>
        Task.FromResult(_entries.TryGetValue(key, out var entry) && IsLive(entry) ? entry.Value : null);

    public Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation)
    {
        _entries[key] = NewEntry(value, ttl);
        return Task.CompletedTask;
    }

    public Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation) =>
        Task.FromResult(_entries.AddOrUpdate(key, _ => NewEntry(value, ttl), (_, old) => IsLive(old) ? old : NewEntry(value, ttl)).Value);

    public Task<string?> TakeAsync(string key, CancellationToken cancellation) =>
        Task.FromResult(_entries.TryRemove(key, out var entry) && IsLive(entry) ? entry.Value : null);

    public Task<IReadOnlyDictionary<string, string>> GetFieldsAsync(string key, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(_hashes.TryGetValue(key, out var hash) ? new Dictionary<string, string>(hash, StringComparer.Ordinal) : []);

    public Task SetFieldAsync(string key, string field, string value, CancellationToken cancellation)
    {
        _hashes.GetOrAdd(key, static _ => new(StringComparer.Ordinal))[field] = value;
        return Task.CompletedTask;
    }

    public Task RemoveFieldsAsync(string key, IReadOnlyCollection<string> fields, CancellationToken cancellation)
    {
        if (!_hashes.TryGetValue(key, out var hash)) return Task.CompletedTask;
        foreach (var field in fields) hash.TryRemove(field, out _);
        return Task.CompletedTask;
    }

    private Entry NewEntry(string value, TimeSpan? ttl) => new(value, ttl is { } t ? time.GetUtcNow() + t : DateTimeOffset.MaxValue);

    private bool IsLive(Entry entry) => entry.Expires > time.GetUtcNow();

    private sealed record Entry(string Value, DateTimeOffset Expires);
}
