namespace Gateway.Bus;

/// <summary>
/// Small shared state beside the messages, such as the owners of tasks. Keys are written without the prefix
/// (<c>task:42</c> is <c>gateway:task:42</c> in Redis). Throws <see cref="BusUnavailableException"/> while the bus is down.
/// </summary>
public interface IStateStore
{
    Task<string?> GetAsync(string key, CancellationToken cancellation);

    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="ttl">Time to live; null: until it is replaced.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation);

    /// <summary>Sets the value if the key does not exist. Returns the value that is stored afterwards, which another caller may have written.</summary>
    Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation);

    /// <summary>Returns the value and removes it: of several callers, one gets it.</summary>
    Task<string?> TakeAsync(string key, CancellationToken cancellation);

    /// <summary>The fields of a hash; none if there is no such key.</summary>
    Task<IReadOnlyDictionary<string, string>> GetFieldsAsync(string key, CancellationToken cancellation);

    Task SetFieldAsync(string key, string field, string value, CancellationToken cancellation);

    Task RemoveFieldsAsync(string key, IReadOnlyCollection<string> fields, CancellationToken cancellation);
}

/// <summary>The bus cannot be reached at the moment; the caller responds with 503 and the client retries.</summary>
public sealed class BusUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);
