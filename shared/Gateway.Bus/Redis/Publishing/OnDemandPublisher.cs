using Gateway.Contracts;
using Microsoft.Extensions.Options;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>For a program without a host: opens the connection at the first publish, which waits for it up to the connect timeout.</summary>
internal sealed class OnDemandPublisher(RedisConnection connection, RedisPublisher publisher, IOptions<RedisOptions> options, TimeProvider time) : IMessagePublisher
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private Task? _connected;

    public async ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        Task connected;
        lock (_lock) connected = _connected ??= ConnectAsync();
        await connected.WaitAsync(cancellation);
        return await publisher.PublishAsync(message, idempotent, cancellation);
    }

    private async Task ConnectAsync()
    {
        var start = time.GetTimestamp();
        await connection.StartAsync(CancellationToken.None);
        while (connection.Database is null && time.GetElapsedTime(start) < options.Value.ConnectTimeout) await Task.Delay(Poll, time);
    }
}
