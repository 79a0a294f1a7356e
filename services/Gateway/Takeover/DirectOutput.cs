using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Connections;

namespace Gateway.Takeover;

/// <summary>
/// Writes directly to the socket instead of to Kestrel's output: no pipe, no thread switch, one system call per write. Kestrel has
/// sent the 101 before this object exists (its write buffer is one byte) and writes nothing afterwards. On Linux the call is
/// send(2): <see cref="Socket.Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/> costs 20 % more per delivery.
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
        SetSendBuffer(socket, sendBufferBytes);
        try
        {
            _socket.Blocking = false;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has disconnected since the handshake: the first write fails.
        }
    }

    public static void SetSendBuffer(Socket socket, int bytes)
    {
        try
        {
            if (bytes > 0) socket.SendBufferSize = bytes;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has disconnected since the handshake: the first write fails.
        }
    }

    public static void Shutdown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has disconnected: there is nothing left to end.
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

    public override void ShutdownSend() => Shutdown(_socket);

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
        // The marshaller holds a reference to the handle during the call, so that its number cannot be reused for another connection.
        var sent = (int)Send(_handle, bytes, bytes.Length, DontWait | NoSignal);

        // Reading errno would cost every call; the rare failure is repeated through the runtime, which reports it.
        return sent >= 0 ? sent : SendManaged(bytes);
    }

    [LibraryImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, nint length, int flags);
}
