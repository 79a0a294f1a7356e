using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers;

/// <summary>A baseline's side of the publish path: one pattern subscription to everything under its prefix.</summary>
internal sealed class RedisFeed : IDisposable
{
    private readonly Socket _socket;
    private readonly int _prefixLength;
    private byte[] _buffer = new byte[1024 * 1024];
    private int _filled;
    private int _taken;

    private RedisFeed(Socket socket, int prefixLength) => (_socket, _prefixLength) = (socket, prefixLength);

    public static async Task<RedisFeed> SubscribeAsync(RedisAddress redis, string prefix, CancellationToken cancellation)
    {
        var socket = await redis.ConnectAsync(cancellation);
        var command = new ArrayBufferWriter<byte>();
        Resp.Write(command, ["PSUBSCRIBE", $"{prefix}:*"]);
        await socket.SendAsync(command.WrittenMemory, cancellation);
        return new RedisFeed(socket, prefix.Length + 1);
    }

    /// <summary>Waits for more; false at the end.</summary>
    public async ValueTask<bool> ReceiveAsync(CancellationToken cancellation)
    {
        MakeRoom();
        return Took(await _socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellation));
    }

    /// <summary>The same on a dedicated thread.</summary>
    public bool Receive()
    {
        MakeRoom();
        return Took(_socket.Receive(_buffer.AsSpan(_filled)));
    }

    /// <summary>The next message of what has been received; valid until the next receive.</summary>
    public bool TryNext(out string target, out ReadOnlySpan<byte> payload)
    {
        while (TryNext(out payload, out var channel))
        {
            if (payload.IsEmpty) continue;
            target = Encoding.UTF8.GetString(channel[_prefixLength..]);
            return true;
        }

        target = "";
        return false;
    }

    /// <summary>The same for a server that sends every message to every connection.</summary>
    public bool TryNext(out ReadOnlySpan<byte> payload) => TryNext(out payload, out _);

    public void Dispose() => _socket.Dispose();

    private bool TryNext(out ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> channel)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_taken, _filled - _taken);
        var before = rest.Length;
        var whole = Resp.TryRead(ref rest, out channel, out payload);
        _taken += before - rest.Length;
        return whole;
    }

    private void MakeRoom()
    {
        _buffer.AsSpan(_taken, _filled - _taken).CopyTo(_buffer);
        (_filled, _taken) = (_filled - _taken, 0);
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private bool Took(int read)
    {
        _filled += read;
        return read > 0;
    }
}
