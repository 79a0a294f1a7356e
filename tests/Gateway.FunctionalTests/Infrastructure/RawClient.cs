using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gateway.FunctionalTests.Infrastructure;

/// <summary>A WebSocket client without manners: it sends what it is told, answers nothing by itself, and sees every frame and how the stream ends.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    public const int Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    /// <summary>So that what the gateway sends to a client that does not read waits in the gateway.</summary>
    private const int SmallBuffer = 4096;

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;

    private RawClient(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    /// <summary>Status line and headers of the answer to the handshake.</summary>
    public string Response { get; private set; } = "";

    public static Task<RawClient> ConnectAsync(ServiceHost gateway, string user) => OpenAsync(gateway, "/ws?token=" + Tokens.For(user));

    public static async Task<RawClient> OpenAsync(ServiceHost gateway, string pathAndQuery)
    {
        var tcp = new TcpClient { NoDelay = true, ReceiveBufferSize = SmallBuffer };
        await tcp.ConnectAsync(gateway.Uri.Host, gateway.Uri.Port);
        var client = new RawClient(tcp);
        await client._stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {pathAndQuery} HTTP/1.1\r\nHost: {gateway.Uri.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Upgrade.Key}\r\n\r\n"));
        var response = new StringBuilder();
        while (!response.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) response.Append((char)(await client.BytesAsync(1))[0]);
        client.Response = response.ToString();
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Text, Encoding.UTF8.GetBytes(text));

    /// <summary>One frame, masked with zeros.</summary>
    public async Task SendAsync(int opcode, byte[] payload, bool final = true)
    {
        var frame = new MemoryStream();
        frame.WriteByte((byte)((final ? 0x80 : 0) | opcode));
        if (payload.Length < 126)
        {
            frame.WriteByte((byte)(0x80 | payload.Length));
        }
        else
        {
            var isShort = payload.Length <= ushort.MaxValue;
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.WriteByte((byte)(0x80 | (isShort ? 126 : 127)));
            frame.Write(isShort ? length.AsSpan(6) : length);
        }

        frame.Write(new byte[4]);
        frame.Write(payload);
        await _stream.WriteAsync(frame.ToArray());
    }

    public async Task<(int Opcode, byte[] Payload)> NextAsync()
    {
        var head = await BytesAsync(2);
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await BytesAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await BytesAsync(8)),
            _ => head[1],
        };
        return (head[0] & 0x0F, await BytesAsync(length));
    }

    /// <summary>Passes over frames up to the next one with this opcode.</summary>
    public async Task<byte[]> NextAsync(int opcode)
    {
        while (true)
        {
            var (found, payload) = await NextAsync();
            if (found == opcode) return payload;
            if (found == Close) throw new InvalidOperationException($"closed with {CodeOf(payload)} while a frame with opcode {opcode} was waited for");
        }
    }

    /// <summary>Passes over frames up to the closing one; the answer is its code.</summary>
    public async Task<int> CloseCodeAsync() => CodeOf(await NextAsync(Close));

    /// <summary>True when the stream ended by FIN with nothing more on it, false when it was reset.</summary>
    public async Task<bool> EndsCleanlyAsync()
    {
        try
        {
            return await Patience.For(_stream.ReadAsync(new byte[1]).AsTask(), "the end of the stream") == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static int CodeOf(byte[] payload) => payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;

    private async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count];
        await Patience.For(_stream.ReadExactlyAsync(bytes).AsTask(), "bytes from the gateway");
        return bytes;
    }
}
