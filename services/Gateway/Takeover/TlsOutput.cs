using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Connections;

namespace Gateway.Takeover;

/// <summary>
/// Writes through Kestrel's transport, for TLS, where the socket carries encrypted bytes. <see cref="SslStream"/> locks reads against
/// writes but not against <see cref="SslStream.ShutdownAsync"/>: run beside a read it corrupts the memory of OpenSSL, so it is called
/// between two reads only, and where a read is waiting FIN is sent alone.
/// </summary>
internal sealed class TlsOutput : SocketOutput
{
    private readonly PipeWriter _output;
    private readonly SslStream _tls;
    private readonly Socket _socket;
    private Task<FlushResult>? _flush;
    private Task? _fin;

    public TlsOutput(PipeWriter output, SslStream tls, Socket socket, int sendBufferBytes)
    {
        (_output, _tls, _socket) = (output, tls, socket);
        DirectOutput.SetSendBuffer(socket, sendBufferBytes);
    }

    /// <summary>Kestrel flushes once more when it releases the transport, which fails while another flush is under way.</summary>
    public override Task Pending => _fin ?? PendingAsync();

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_flush is { IsCompleted: false }) return 0;
            if (_flush is { IsCompletedSuccessfully: false }) return Broken;
            _output.Write(bytes);
            _flush = _output.FlushAsync(CancellationToken.None).AsTask();
            return bytes.Length;
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            return Broken;
        }
    }

    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (_flush is not null && (await _flush).IsCompleted) return false;
            _output.Write(bytes.Span);
            _flush = _output.FlushAsync(CancellationToken.None).AsTask();
            return !(await _flush).IsCompleted;
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            return false;
        }
    }

    public override void ShutdownSend() => _fin = SendFinAsync();

    public override async Task EndAsync()
    {
        try
        {
            await Pending;
            await _tls.ShutdownAsync();
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            // The peer has disconnected: there is nothing left to end.
        }

        DirectOutput.Shutdown(_socket);
    }

    private async Task SendFinAsync()
    {
        await PendingAsync();
        DirectOutput.Shutdown(_socket);
    }

    private async Task PendingAsync()
    {
        try
        {
            if (_flush is not null) await _flush;
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            // The peer has disconnected, which ended the write.
        }
    }

    private static bool IsEndOfConnection(Exception e) => e is IOException or InvalidOperationException or OperationCanceledException or SocketException;
}
