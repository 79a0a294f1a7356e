using System.Buffers;
using System.IO.Pipelines;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Connections;

/// <summary>
/// Reads one client's frames until the end of the connection: control frames are answered here, complete text messages are passed to
/// the handler, one at a time and in order. A client that exceeds its rate is read more slowly. An idle connection holds no buffer.
/// Returns when both halves are closed.
/// The frames are parsed here and in <see cref="FrameHeader"/> and <see cref="MessageAssembler"/>, not by
/// <see cref="System.Net.WebSockets.WebSocket.CreateFromStream(Stream, System.Net.WebSockets.WebSocketCreationOptions)"/> (.NET 10.0), which keeps
/// 416 bytes per idle connection instead of 56 and needs 4 times as long per message (benchmark <c>ReceiveBenchmarks</c>), does not report which
/// rule a frame has broken, so that the exact close code cannot be sent, and accepts a text whose last character is cut off before an empty
/// final fragment.
/// </summary>
internal sealed class ReceiveLoop(Connection connection, PipeReader input, ReceiveServices services)
{
    /// <summary>How many bytes of a peer are read after the close began; a peer that sends more is disconnected.</summary>
    private const long MaxDiscardedBytes = 4 * 1024 * 1024;

    private MessageAssembler? _message;
    private bool _peerClosed;

    public async Task RunAsync()
    {
        try
        {
            var more = true;
            while (more && !connection.IsClosing) more = await ProcessAsync(await input.ReadAsync());
            if (connection.IsClosing) await EndAsync(more);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or InvalidOperationException)
        {
            // Reset by the peer or aborted by this side; InvalidOperationException when the transport was completed meanwhile.
        }
        finally
        {
            _message?.Reset();
            if (!connection.IsClosing) EndWithoutClose();
        }

        await connection.Outbound.Completion;
    }

    /// <summary>The peer has disconnected or ended its half without a close frame: a frame that is half written may take as long as a close.</summary>
    private void EndWithoutClose()
    {
        connection.Outbound.Abort();
        if (!connection.Outbound.Completion.IsCompleted) connection.Liveness.ExpectClose();
    }

    /// <summary>Handles what has arrived and keeps the beginning of a header or control frame that is not complete; false after the peer's last byte.</summary>
    private async ValueTask<bool> ProcessAsync(ReadResult read)
    {
        connection.Liveness.Alive();
        var buffer = read.Buffer;
        while (!connection.IsClosing)
        {
            if (_message is not { IsInFrame: true })
            {
                if (!TryReadHeader(ref buffer, out var header)) break;
                if (header.IsControl)
                {
                    if (header.Opcode == Opcode.Ping) await WaitForRateAsync();
                    Control(header, buffer.Slice(0, header.Length));
                    buffer = buffer.Slice(header.Length);
                    continue;
                }
            }

            if (_message!.Append(ref buffer) is { } violation) connection.Close(violation);
            if (_message.IsInFrame || connection.IsClosing) break;
            if (_message.IsComplete) await DispatchAsync();
        }

        connection.Liveness.ExpectMessage(unfinished: !buffer.IsEmpty || _message is not null);
        // What a close has interrupted is read again, for the peer's close frame.
        input.AdvanceTo(buffer.Start, connection.IsClosing ? buffer.Start : buffer.End);
        return !read.IsCompleted;
    }

    /// <summary>False when more bytes are needed, all of them for a control frame, or when the header is invalid.</summary>
    private bool TryReadHeader(ref ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        header = default;
        var read = FrameHeader.TryRead(buffer, out var violation);
        if (read is { IsControl: false } data)
        {
            _message ??= new MessageAssembler(services.Options.MaxMessageBytes, services.Options.MaxMessageFragments);
            violation = _message.Check(data);
        }

        if (violation is { } invalid) connection.Close(invalid);
        if (violation is not null || read is null) return false;
        header = read.Value;
        if (header.IsControl && buffer.Length - header.Size < header.Length) return false;
        if (!header.IsControl) _message!.Begin(header);
        buffer = buffer.Slice(header.Size);
        return true;
    }

    private async ValueTask DispatchAsync()
    {
        connection.Liveness.ExpectMessage(unfinished: false);
        if (services.Options.RateLimit == RateLimitPolicy.Delay) await WaitForRateAsync();
        connection.Liveness.Busy = true;
        try
        {
            await services.Handler(connection, _message!.Text);
        }
        finally
        {
            connection.Liveness.Busy = false;
            _message!.Reset();
            _message = null;
        }
    }

    private void Control(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[(int)header.Length];
        Masking.Unmask(payload, header.Mask, bytes);
        if (_message is null) connection.Liveness.ExpectMessage(unfinished: false);
        if (header.Opcode == Opcode.Ping) connection.Send(Frame.Control(Opcode.Pong, bytes));
        if (header.Opcode != Opcode.Close) return;
        _peerClosed = true;
        connection.Close(CloseCode.ReplyTo(bytes));
    }

    private ValueTask WaitForRateAsync()
    {
        if (services.Options.MessagesPerSecond == 0) return default;
        var budget = connection.Budget ??= new InboundBudget(services.Options, services.Time);
        return budget.TryTakeMessage() ? default : PauseAsync(budget);
    }

    /// <summary>Reads nothing until the rate allows another message; meanwhile TCP slows the client down. What it sent waits unread, so it counts as alive.</summary>
    private async ValueTask PauseAsync(InboundBudget budget)
    {
        connection.Liveness.Busy = true;
        try
        {
            do await Task.Delay(budget.UntilNextMessage, services.Time);
            while (!budget.TryTakeMessage() && !connection.IsClosing);
        }
        finally
        {
            connection.Liveness.Busy = false;
        }
    }

    /// <summary>
    /// Ends our half when the peer's close frame has arrived, then reads until the peer closes its half: only then does releasing the
    /// socket send FIN and not RST, so that the close code reaches the peer. For a peer that does not answer, the heartbeat wheel sends FIN
    /// and later disconnects it.
    /// </summary>
    private async Task EndAsync(bool more)
    {
        var scanner = new CloseFrameScanner(_message?.Remaining ?? 0);
        if (_peerClosed || !more) await connection.Outbound.EndAsync();
        long discarded = 0;
        while (more && discarded <= MaxDiscardedBytes)
        {
            var read = await input.ReadAsync();
            var rest = read.Buffer;
            var ends = !_peerClosed && scanner.Find(ref rest);
            if (ends || _peerClosed) rest = rest.Slice(rest.End);
            discarded += read.Buffer.Length - rest.Length;
            input.AdvanceTo(rest.Start, rest.End);
            more = !read.IsCompleted;
            if (_peerClosed || (!ends && more)) continue;
            _peerClosed = true;
            await connection.Outbound.EndAsync();
        }
    }
}

/// <summary>What all receive loops share.</summary>
internal sealed record ReceiveServices(MessageHandler Handler, ConnectionOptions Options, TimeProvider Time);

/// <summary>What is done with a client's message. The text is valid until the returned task ends; the next message waits for that.</summary>
internal delegate ValueTask MessageHandler(Connection connection, ReadOnlyMemory<byte> text);
