using System.Buffers;
using System.IO.Pipelines;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Connections;

/// <summary>
/// Reads one client's frames to the end of the connection: control frames are answered here, whole text messages go to the
/// handler, one at a time and in order. An idle connection holds no buffer. Returns when both halves are closed.
/// </summary>
internal sealed class ReceiveLoop(Connection connection, PipeReader input, MessageHandler handler, ConnectionOptions options)
{
    /// <summary>What a peer may still send after the close began; more is not worth reading.</summary>
    private const long MaxDiscardedBytes = 4 * 1024 * 1024;

    private MessageAssembler? _message;

    public async Task RunAsync()
    {
        try
        {
            var more = true;
            while (more && !connection.IsClosing) more = await ProcessAsync(await input.ReadAsync());
            if (more) await DiscardAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or InvalidOperationException)
        {
            // Reset by the peer, or torn down by us: the same end. InvalidOperationException: the transport was completed under us.
        }
        finally
        {
            _message?.Reset();
            if (!connection.IsClosing) EndWithoutClose();
        }

        await connection.Outbound.WriterCompletion;
    }

    /// <summary>The peer has gone, or ended its half without a word: what is half written may still go out, for as long as a close may take.</summary>
    private void EndWithoutClose()
    {
        connection.Outbound.Abort();
        if (!connection.Outbound.WriterCompletion.IsCompleted) connection.Liveness.ExpectClose();
    }

    /// <summary>Handles all whole frames and keeps the beginning of one that is not; false after the peer's last byte.</summary>
    private async ValueTask<bool> ProcessAsync(ReadResult read)
    {
        connection.Liveness.Alive();
        var buffer = read.Buffer;
        while (!connection.IsClosing && TryReadFrame(ref buffer, out var header, out var payload))
        {
            if (header.IsControl) Control(header, payload);
            else if (Data(header, payload)) await DispatchAsync();
        }

        connection.Liveness.ExpectMessage(unfinished: !buffer.IsEmpty || _message is not null);
        input.AdvanceTo(connection.IsClosing ? buffer.End : buffer.Start, buffer.End);
        return !read.IsCompleted;
    }

    private bool TryReadFrame(ref ReadOnlySequence<byte> buffer, out FrameHeader header, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        header = default;
        var read = FrameHeader.TryRead(buffer, out var violation);
        if (read is { IsControl: false } data)
        {
            _message ??= new MessageAssembler(options.MaxMessageBytes, options.MaxMessageFragments);
            violation = _message.Check(data);
        }

        if (violation is { } fault) connection.Close(fault);
        if (violation is not null || read is null || buffer.Length - read.Value.Size < read.Value.Length) return false;
        header = read.Value;
        payload = buffer.Slice(header.Size, header.Length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>True when the message is whole.</summary>
    private bool Data(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        if (_message!.Add(header, payload) is { } fault) connection.Close(fault);
        return header.Final && !connection.IsClosing;
    }

    private async ValueTask DispatchAsync()
    {
        connection.Liveness.ExpectMessage(unfinished: false);
        connection.Liveness.Busy = true;
        try
        {
            await handler(connection, _message!.Text);
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
        else if (header.Opcode == Opcode.Close) connection.Close(CloseCode.ReplyTo(bytes));
    }

    /// <summary>
    /// Reads what still comes until the peer closes its half: only then does ending the socket send FIN, not RST, and the close
    /// code reach the peer. The wheel cuts a peer that does not.
    /// </summary>
    private async Task DiscardAsync()
    {
        long discarded = 0;
        while (connection.IsClosing && discarded <= MaxDiscardedBytes)
        {
            var result = await input.ReadAsync();
            discarded += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }
}

/// <summary>What is done with a client's message. The text is valid until the returned task ends; the next message waits for that.</summary>
internal delegate ValueTask MessageHandler(Connection connection, ReadOnlyMemory<byte> text);
