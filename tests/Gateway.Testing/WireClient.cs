using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing;

/// <summary>A client that writes any bytes, sees every frame as it came, and knows how the connection ended: FIN or reset.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _start, _end;

    private WireClient(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    public static byte[] Request(string user, string query = "") => Encoding.ASCII.GetBytes(
        $"GET /ws?token={Tokens.For(user)}{query} HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Upgrade.Key}\r\n\r\n");

    /// <summary>Connects, sends the bytes and nothing else.</summary>
    public static Task<WireClient> SendAsync(ServiceHost gateway, ReadOnlyMemory<byte> first, int receiveBuffer = 0) =>
        SendAsync(gateway.Uri, first, receiveBuffer);

    public static async Task<WireClient> SendAsync(Uri gateway, ReadOnlyMemory<byte> first, int receiveBuffer = 0, int sendBuffer = 0)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        if (sendBuffer > 0) socket.SendBufferSize = sendBuffer;
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (gateway.Scheme == "https")
        {
#pragma warning disable CA5359 // The certificate is the test's own.
            var tls = new SslStream(stream, false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("localhost");
            stream = tls;
        }

        var client = new WireClient(socket, stream);
        await client.WriteAsync(first);
        return client;
    }

    /// <summary>A whole opening handshake, with what is sent right behind it; ends after the welcome.</summary>
    public static Task<WireClient> ConnectAsync(
        ServiceHost gateway, string user, byte[]? behind = null, int receiveBuffer = 0, string query = "", int sendBuffer = 0) =>
        ConnectAsync(gateway.Uri, user, behind, receiveBuffer, query, sendBuffer);

    public static async Task<WireClient> ConnectAsync(
        Uri gateway, string user, byte[]? behind = null, int receiveBuffer = 0, string query = "", int sendBuffer = 0)
    {
        var client = await SendAsync(gateway, (byte[])[.. Request(user, query), .. behind ?? []], receiveBuffer, sendBuffer);
        await TestTimeout.For(client.WelcomeAsync(), "the handshake and the welcome");
        return client;
    }

    public async Task WelcomeAsync()
    {
        var head = await HeadAsync();
        if (!head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)) throw new InvalidDataException("refused: " + head);
        var first = await ReadAsync() ?? throw new InvalidDataException("ended before the welcome");
        if (!first.Text.StartsWith("""{"type":"welcome",""", StringComparison.Ordinal)) throw new InvalidDataException("first came " + first.Text);
    }

    /// <summary>One write at a time: the response to a close frame is sent beside the test's own writes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    public ValueTask WriteAsync(ClientFrame frame) => WriteAsync(frame.Bytes());

    /// <summary>The next frame; null after FIN. Throws an <see cref="IOException"/> when the connection was reset.</summary>
    public async Task<WireFrame?> ReadAsync()
    {
        if (!await FillAsync(2)) return null;
        var (opcode, seven) = (_buffer[_start], _buffer[_start + 1]);
        if ((opcode & 0xF0) != 0x80 || seven > 127) throw new InvalidDataException($"not a whole, unmasked frame: {opcode:X2} {seven:X2}");
        var size = seven switch { 126 => 4, 127 => 10, _ => 2 };
        if (!await FillAsync(size)) throw new InvalidDataException("ended inside a frame's head");
        var length = seven switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2)),
            _ => seven,
        };
        _start += size;
        var payload = new byte[length];
        for (var at = 0; at < length;)
        {
            if (!await FillAsync(1)) throw new InvalidDataException("ended inside a frame");
            var part = Math.Min(length - at, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(payload.AsSpan(at));
            (_start, at) = (_start + part, at + part);
        }

        return new WireFrame(opcode & 15, payload);
    }

    /// <summary>
    /// Reads to the end: the close frame if one came, and whether FIN or a reset was last. Replies to the close frame, by default with FIN
    /// behind the response: after invalid input the gateway cannot find the response and would wait for the FIN timeout.
    /// </summary>
    public Task<Ending> EndAsync(CloseReply reply = CloseReply.CloseAndFin) => TestTimeout.For(ReadToEndAsync(reply), "the connection's end");

    /// <summary>The next frame of this kind; others are passed over.</summary>
    public Task<WireFrame> NextAsync(int opcode, string containing = "") => TestTimeout.For(FindAsync(opcode, containing), $"a frame {opcode} with {containing}");

    /// <summary>FIN: our half is ended, the other may go on.</summary>
    public void EndOurHalf() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST, as a crashed peer's machine sends it.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _stream.DisposeAsync();
        _writing.Dispose();
    }

    private async Task<string> HeadAsync()
    {
        for (var wanted = 1; ; wanted++)
        {
            if (!await FillAsync(wanted)) throw new InvalidDataException("ended inside the HTTP head");
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            wanted = _end - _start;
            if (end < 0) continue;
            var head = Encoding.ASCII.GetString(_buffer, _start, end);
            _start += end + 4;
            return head;
        }
    }

    private async Task<WireFrame> FindAsync(int opcode, string containing)
    {
        while (true)
        {
            var frame = await ReadAsync() ?? throw new InvalidDataException("the connection ended");
            if (frame.Opcode == opcode && frame.Text.Contains(containing, StringComparison.Ordinal)) return frame;
            if (frame.Opcode == 8) throw new InvalidDataException("closed: " + frame.CloseCode);
        }
    }

    private async Task<Ending> ReadToEndAsync(CloseReply reply)
    {
        WireFrame? close = null;
        var frames = 0;
        try
        {
            while (await ReadAsync() is { } frame)
            {
                if (close is not null) throw new InvalidDataException("a frame after the closing one");
                if (frame.Opcode == 8) close = frame;
                if (frame.Opcode == 8) await ReplyAsync(reply);
                frames++;
            }

            return new Ending(close?.CloseCode, Reset: false, frames);
        }
        catch (IOException)
        {
            return new Ending(close?.CloseCode, Reset: true, frames);
        }
    }

    private async Task ReplyAsync(CloseReply reply)
    {
        try
        {
            if (reply != CloseReply.None) await WriteAsync(ClientFrame.Close(1000));
            if (reply == CloseReply.CloseAndFin) EndOurHalf();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway has sent FIN and released the connection, or our half has ended before.
        }
    }

    private async ValueTask<bool> FillAsync(int wanted)
    {
        while (_end - _start < wanted)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(_end));
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }
}

/// <summary>A server's frame.</summary>
internal sealed record WireFrame(int Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>1005 for an empty closing frame.</summary>
    public int CloseCode => Payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>What a client does about the gateway's close frame.</summary>
internal enum CloseReply
{
    None,
    Close,
    CloseAndFin,
}

/// <summary>How a connection ended.</summary>
internal sealed record Ending(int? CloseCode, bool Reset, int Frames);
