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
}

/// <summary>The bus cannot be reached at the moment; the caller responds with 503 and the client retries.</summary>
public sealed class BusUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);
