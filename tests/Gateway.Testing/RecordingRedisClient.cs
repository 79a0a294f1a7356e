using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gateway.Testing;

/// <summary>A plain SUBSCRIBE on a socket of its own: what any other program would read from Redis.</summary>
internal sealed class RecordingRedisClient : IDisposable
{
    private readonly TcpClient _tcp = new();
    private Stream _stream = Stream.Null;

    public static async Task<RecordingRedisClient> ListenAsync(RedisServer redis, params string[] channels)
    {
        var ears = new RecordingRedisClient();
        await ears._tcp.ConnectAsync(redis.Host, redis.Port);
        ears._stream = new BufferedStream(ears._tcp.GetStream(), 64 * 1024);
        await ears._stream.WriteAsync(Encoding.ASCII.GetBytes($"SUBSCRIBE {string.Join(' ', channels)}\r\n"));
        await ears._stream.FlushAsync();

        // The confirmations: from here on nothing is missed.
        foreach (var _ in channels) await ears.PartsAsync();
        return ears;
    }

    public async Task<(string Channel, JsonElement Message)> NextAsync()
    {
        var parts = await PartsAsync();
        // With history, the place and a line feed stand before the JSON.
        return (parts[1], JsonDocument.Parse(parts[2][parts[2].IndexOf('{')..]).RootElement);
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<string[]> PartsAsync()
    {
        using var limit = new CancellationTokenSource(TestTimeout.Limit);
        var parts = new string[int.Parse((await RedisCommands.LineAsync(_stream, limit.Token))[1..])];
        for (var i = 0; i < parts.Length; i++) parts[i] = await PartAsync(limit.Token);
        return parts;
    }

    private async Task<string> PartAsync(CancellationToken cancellation)
    {
        var head = await RedisCommands.LineAsync(_stream, cancellation);
        if (head[0] != '$') return head[1..];
        var bytes = new byte[int.Parse(head[1..]) + 2];
        await _stream.ReadExactlyAsync(bytes, cancellation);
        return Encoding.UTF8.GetString(bytes, 0, bytes.Length - 2);
    }
}
