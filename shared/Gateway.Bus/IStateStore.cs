namespace Gateway.Bus;

/// <summary>
/// Small shared state beside the messages: owners of tasks and the like. Keys are written without the prefix
/// (<c>task:42</c> is <c>gateway:task:42</c> in Redis). Throws <see cref="BusUnavailableException"/> while the bus is down.
/// </summary>
public interface IStateStore
{
    Task<string?> GetAsync(string key, CancellationToken cancellation);

    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="ttl">How long it lives; null: until it is replaced.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation);

    /// <summary>Sets what is not there yet. The answer is the value that stands afterwards, whoever wrote it.</summary>
    Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation);
}
