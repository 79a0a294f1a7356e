using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Connections;

namespace Gateway.Takeover;

/// <summary>Writes through Kestrel's transport: under TLS, where the socket does not carry the plain bytes.</summary>
internal sealed class TlsOutput(PipeWriter output, SslStream tls, Socket socket) : SocketOutput
{
    private Task<FlushResult>? _flush;
    private Task _ended = Task.CompletedTask;

    public override Task Ended => _ended;

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_flush is { IsCompleted: false }) return 0;
            if (_flush is { IsCompletedSuccessfully: false }) return Broken;
            output.Write(bytes);
            _flush = output.FlushAsync(CancellationToken.None).AsTask();
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
            _flush = null;
            return !(await output.WriteAsync(bytes, CancellationToken.None)).IsCompleted;
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            return false;
        }
    }

    public override void ShutdownSend() => _ended = EndAsync();

    /// <summary>
    /// The last write may be under way still. Then TLS's own goodbye, and FIN: when a flush has ended the kernel has all of it.
    /// </summary>
    private async Task EndAsync()
    {
        try
        {
            if (_flush is not null) await _flush;
            await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            // The peer was faster; there is nothing left to end.
        }
    }

    private static bool IsEndOfConnection(Exception e) => e is IOException or InvalidOperationException or OperationCanceledException or SocketException;
}
