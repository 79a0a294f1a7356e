using System.Buffers;
using System.IO.Pipelines;

namespace Gateway.Connections;

/// <summary>Writes through Kestrel's transport: under TLS, where the socket does not carry the plain bytes.</summary>
internal sealed class PipeOutput(PipeWriter output) : SocketOutput
{
    private Task<FlushResult>? _flush;

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

    public override void ShutdownSend() => output.Complete();

    private static bool IsEndOfConnection(Exception e) => e is IOException or InvalidOperationException or OperationCanceledException;
}
