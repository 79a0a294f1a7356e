using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Gateway.LoadTest.Servers.Plain;

internal sealed class PlainConnection(WebSocket socket, PlainRooms rooms)
{
    private const int QueueLength = 4096;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly List<string> _joined = [];

    public bool TryEnqueue(byte[] message) => _queue.Writer.TryWrite(message);

    /// <summary>Waits while the queue is full, and closes the connection after a timeout.</summary>
    public async ValueTask EnqueueAsync(byte[] message, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            await _queue.Writer.WriteAsync(message, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            cancellation.ThrowIfCancellationRequested();
            socket.Abort();
        }
    }

    public async Task RunAsync(string ownTarget, CancellationToken cancellation)
    {
        Join(ownTarget);
        var sending = SendAsync(cancellation);
        try
        {
            await ReceiveAsync(cancellation);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // A reset: how the load ends its connections.
        }
        finally
        {
            foreach (var target in _joined) rooms.Leave(target, this);
            _queue.Writer.TryComplete();
            await sending;
        }
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(cancellation))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellation) is { MessageType: not WebSocketMessageType.Close } message)
        {
            using var command = JsonDocument.Parse(buffer.AsMemory(0, message.Count));
            Join($"room:{command.RootElement.GetProperty("room").GetString()}");
            await _queue.Writer.WriteAsync(
                JsonSerializer.SerializeToUtf8Bytes(new { type = "ack", @ref = command.RootElement.GetProperty("ref").GetString() }), cancellation);
        }
    }

    private void Join(string target)
    {
        _joined.Add(target);
        rooms.Join(target, this);
    }
}
