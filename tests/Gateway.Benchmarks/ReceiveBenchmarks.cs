using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using BenchmarkDotNet.Attributes;
using Gateway.Connections;
using Gateway.WebSockets;

namespace Gateway.Benchmarks;

/// <summary>The gateway's frame parser against the framework's, over bytes that are already there: one masked text message of 100 bytes.</summary>
[MemoryDiagnoser]
public class ReceiveBenchmarks
{
    private static readonly WebSocketCreationOptions Server = new() { IsServer = true, KeepAliveInterval = TimeSpan.Zero };

    private readonly byte[] _frame = MaskedText(100);
    private readonly byte[] _received = new byte[4096];
    private readonly Connection _connection = Receiver.Create(0);
    private readonly PipeReader _input = PipeReader.Create(Stream.Null);
    private readonly ReceiveServices _services = new(static (_, _) => default, new ConnectionOptions(), TimeProvider.System);
    private WebSocket _socket = null!;

    [GlobalSetup]
    public void Setup() => _socket = WebSocket.CreateFromStream(new RepeatingStream(_frame), Server);

    [Benchmark]
    public object CreateOwn() => new ReceiveLoop(_connection, _input, _services);

    [Benchmark]
    public object CreateWebSocket() => WebSocket.CreateFromStream(Stream.Null, Server);

    [Benchmark]
    public int ReadOwn()
    {
        var buffer = new ReadOnlySequence<byte>(_frame);
        var header = FrameHeader.TryRead(buffer, out _)!.Value;
        var message = new MessageAssembler(65_536, 1024);
        if (message.Check(header) is not null) return -1;
        message.Begin(header);
        buffer = buffer.Slice(header.Size);
        if (message.Append(ref buffer) is not null) return -1;
        var length = message.Text.Length;
        message.Reset();
        return length;
    }

    [Benchmark]
    public async Task<int> ReadWebSocket() => (await _socket.ReceiveAsync(_received.AsMemory(), CancellationToken.None)).Count;

    private static byte[] MaskedText(int length)
    {
        var frame = new byte[6 + length];
        (frame[0], frame[1]) = (0x81, (byte)(0x80 | length));
        frame.AsSpan(6).Fill((byte)'x');
        return frame;
    }

    /// <summary>Completes every read at once with the next bytes of the same frame.</summary>
    private sealed class RepeatingStream(byte[] frame) : MemoryStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = Math.Min(buffer.Length, frame.Length - _at);
            frame.AsSpan(_at, length).CopyTo(buffer.Span);
            _at = (_at + length) % frame.Length;
            return new(length);
        }
    }
}
