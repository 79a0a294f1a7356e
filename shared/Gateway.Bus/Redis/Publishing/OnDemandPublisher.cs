using Gateway.Contracts;
using Microsoft.Extensions.Options;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>For a program without a host: opens the connection at the first publish, which waits for it up to the connect timeout.</summary>
internal sealed class OnDemandPublisher : IMessagePublisher
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly RedisConnection _connection;
    private readonly RedisPublisher _publisher;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task? _connected;

    public OnDemandPublisher(RedisConnection connection, RedisPublisher publisher, IOptions<RedisOptions> options, TimeProvider time)
    {
        _connection = connection;
        _publisher = publisher;
        _timeout = options.Value.ConnectTimeout;
        _time = time;
    }

    public async ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        Task connected;
        lock (_lock) connected = _connected ??= ConnectAsync();
        await connected.WaitAsync(cancellation);
        return await _publisher.PublishAsync(message, idempotent, cancellation);
    }

    private async Task ConnectAsync()
    {
        var start = _time.GetTimestamp();
        await _connection.StartAsync(CancellationToken.None);
        while (_connection.Database is null && _time.GetElapsedTime(start) < _timeout) await Task.Delay(Poll, _time);
    }
}
