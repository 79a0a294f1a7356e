using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.LoadTest.Client;

namespace Gateway.LoadTest.Servers.Floor;

/// <summary>One thread: waits for Redis, sends to its half of the connections.</summary>
internal sealed class FloorLoop(RedisFeed feed, bool joined)
{
    private const int TimeoutUs = 1_000_000;
    private readonly Lock _lock = new();
    private readonly List<(int Fd, Socket Socket)> _members = [];
    private readonly ArrayBufferWriter<byte> _frames = new(1024 * 1024);

    public void Start() => new Thread(Run) { IsBackground = true, Name = "floor" }.Start();

    public void Add(Socket socket)
    {
        lock (_lock) _members.Add(((int)socket.Handle, socket));
    }

    /// <summary>Called before the socket is closed, because its number may be reused at once.</summary>
    public void Remove(Socket socket)
    {
        lock (_lock) _members.Remove(((int)socket.Handle, socket));
    }

    private void Run()
    {
        while (feed.Receive())
        {
            while (feed.TryNext(out var payload))
            {
                if (payload.IsEmpty) continue;
                _frames.Write(Frame.Unmasked(Frame.Text, payload));
                if (!joined) SendToAll();
            }

            // All messages of one read are sent in one call.
            if (_frames.WrittenCount > 0) SendToAll();
        }
    }

    private void SendToAll()
    {
        var bytes = _frames.WrittenSpan;
        lock (_lock)
        {
            // send(2) itself: Socket.Send costs half a microsecond more, and this server is the lower bound.
            foreach (var (fd, socket) in CollectionsMarshal.AsSpan(_members))
                if (Libc.Send(fd, bytes) is var sent && sent != bytes.Length) SendRest(fd, socket, bytes, sent);
        }

        _frames.ResetWrittenCount();
    }

    private static void SendRest(int fd, Socket socket, ReadOnlySpan<byte> bytes, nint sent)
    {
        while (true)
        {
            if (sent < 0 && Marshal.GetLastPInvokeError() != Libc.WouldBlock) return;
            bytes = bytes[(int)Math.Max(0, sent)..];
            if (bytes.IsEmpty || !socket.Poll(TimeoutUs, SelectMode.SelectWrite)) return;
            sent = Libc.Send(fd, bytes);
        }
    }
}
