using System.Buffers;
using System.Net.Sockets;
using Gateway.LoadTest.Client;

namespace Gateway.LoadTest.Servers.Floor;

/// <summary>One thread: waits for Redis, sends to its half of the connections.</summary>
internal sealed class FloorLoop(RedisFeed feed, bool joined)
{
    private const int PatienceUs = 1_000_000;
    private readonly Lock _lock = new();
    private readonly List<Socket> _members = [];
    private readonly ArrayBufferWriter<byte> _frames = new(1024 * 1024);
    private volatile Socket[]? _snapshot;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "floor" }.Start();

    public void Add(Socket socket)
    {
        lock (_lock)
        {
            _members.Add(socket);
            _snapshot = null;
        }
    }

    public void Remove(Socket socket)
    {
        lock (_lock)
        {
            _members.Remove(socket);
            _snapshot = null;
        }
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

            // Joined: all that came in one read goes out in one send.
            if (_frames.WrittenCount > 0) SendToAll();
        }
    }

    private void SendToAll()
    {
        var bytes = _frames.WrittenSpan;
        foreach (var socket in Members()) Send(socket, bytes);
        _frames.ResetWrittenCount();
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            try
            {
                var sent = socket.Send(bytes, SocketFlags.None, out var error);
                if (error is not SocketError.Success and not SocketError.WouldBlock) return;
                bytes = bytes[sent..];
                if (bytes.IsEmpty || !socket.Poll(PatienceUs, SelectMode.SelectWrite)) return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private Socket[] Members()
    {
        if (_snapshot is { } members) return members;
        lock (_lock) return _snapshot = [.. _members];
    }
}
