using System.Net.Sockets;

namespace Gateway.Connections;

/// <summary>
/// Writes past Kestrel's output straight to the socket: no pipe, no thread hop, one system call per write. Kestrel has sent
/// the 101 before this exists (its write buffer is set to one byte) and writes nothing afterwards.
/// </summary>
internal sealed class DirectOutput : SocketOutput
{
    private readonly Socket _socket;

    public DirectOutput(Socket socket, int sendBufferBytes)
    {
        _socket = socket;
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
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => 0,
                _ => Broken,
            };
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
}
