using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>Sends commands that are no publish: one attempt within the timeout; every failure is a <see cref="BusUnavailableException"/>.</summary>
internal sealed class RedisRequests(RedisConnection connection, IOptions<RedisOptions> options, TimeProvider time)
{
    private readonly TimeSpan _timeout = options.Value.StateTimeout;

    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellation)
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
