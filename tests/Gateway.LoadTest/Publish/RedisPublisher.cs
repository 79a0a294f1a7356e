using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.LoadTest.Publish;

/// <summary><c>PUBLISH &lt;prefix&gt;:&lt;target&gt;</c>, pipelined; replies are read concurrently and an error reply ends the run.</summary>
internal sealed class RedisPublisher : IPublisher
{
    private readonly Socket _socket;
    private readonly string _prefix;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _replies;
    private string? _error;

    private RedisPublisher(Socket socket, string prefix)
    {
        (_socket, _prefix) = (socket, prefix);
        _replies = ReadRepliesAsync(_ending.Token);
    }

    public static async Task<RedisPublisher> ConnectAsync(RedisAddress redis, string prefix, CancellationToken cancellation) =>
        new(await redis.ConnectAsync(cancellation), prefix);

    public async Task PublishAsync(PublishPlan plan, long first, int count, CancellationToken cancellation)
    {
        if (_error is not null) throw new IOException($"Redis refused a publish: {_error}");
        var commands = new ArrayBufferWriter<byte>(count * (plan.Size + 100));
        for (var n = first; n < first + count; n++)
            Resp.Write(commands, ["PUBLISH", $"{_prefix}:{plan.Target(n % plan.Keys)}", plan.Message(n, Stopwatch.GetTimestamp())]);
        for (var rest = commands.WrittenMemory; !rest.IsEmpty;) rest = rest[await _socket.SendAsync(rest, cancellation)..];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _replies;
        _socket.Dispose();
        _ending.Dispose();
    }

    private async Task ReadRepliesAsync(CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        var atLineStart = true;
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellation) is > 0 and var read)
            {
                var bytes = buffer.AsSpan(0, read);
                var error = atLineStart && bytes[0] == '-' ? 0 : bytes.IndexOf("\n-"u8);
                if (error >= 0) _error ??= Encoding.UTF8.GetString(bytes[error..]).Trim();
                atLineStart = bytes[^1] == '\n';
            }

            _error ??= "the connection ended";
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (SocketException e)
        {
            _error ??= string.Create(CultureInfo.InvariantCulture, $"the connection broke ({e.SocketErrorCode})");
        }
    }
}
