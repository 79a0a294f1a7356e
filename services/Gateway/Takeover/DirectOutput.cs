using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Connections;

namespace Gateway.Takeover;

/// <summary>
/// Writes past Kestrel's output straight to the socket: no pipe, no thread hop, one system call per write. Kestrel has sent
/// the 101 before this exists (its write buffer is set to one byte) and writes nothing afterwards. On Linux the call is
/// send(2) itself: <see cref="Socket.Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/> costs a fifth more per delivery.
/// </summary>
internal sealed partial class DirectOutput : SocketOutput
{
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;

    public DirectOutput(Socket socket, int sendBufferBytes)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        try
        {
            _socket.Blocking = false;
            if (sendBufferBytes > 0) _socket.SendBufferSize = sendBufferBytes;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has gone since the handshake: the first write says so.
        }
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return OperatingSystem.IsLinux() ? SendNow(bytes) : SendManaged(bytes);
        }
        catch (ObjectDisposedException)
        {
            return Broken;
        }
    }

    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public override void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster; there is nothing left to end.
        }
    }

    private int SendManaged(ReadOnlySpan<byte> bytes)
    {
        var sent = _socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock => 0,
            _ => Broken,
        };
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        // The marshaller counts a reference on the handle, so that its number cannot become another connection's meanwhile.
        var sent = (int)Send(_handle, bytes, bytes.Length, DontWait | NoSignal);

        // Asking for errno costs every call something; the rare failure is asked again the slow way, which tells.
        return sent >= 0 ? sent : SendManaged(bytes);
    }

    [LibraryImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, nint length, int flags);
}
