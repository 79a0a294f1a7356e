using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Client;

/// <summary>One thread, one epoll set and its share of the connections. Orders reach it through a queue.</summary>
internal sealed unsafe class PollLoop : IDisposable
{
    private const int BufferSize = 512 * 1024;
    private const int OrderPollMs = 10;
    private const int Handful = 64;
    private const int GatherUs = 100;

    private readonly OrderQueue _orders = new();
    private readonly Epoll _epoll = new();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private readonly Thread _thread;
    private volatile bool _ending;
    private long _stalledAt;
    private long _gatheredAt;
    private int _gatherMs;

    public PollLoop(int number)
    {
        Receiver = new Receiver(TakeControl);
        Opening = new Opening(this, _epoll);
        _thread = new Thread(Run) { IsBackground = true, Name = $"poll-{number}" };
        _thread.Start();
    }

    public List<ClientConnection> Connections { get; } = [];

    public Receiver Receiver { get; }

    public Opening Opening { get; }

    public Churn? Churn { get; set; }

    /// <summary>Connections that the server ended, by reason.</summary>
    public Dictionary<string, int> Ends { get; } = [];

    /// <summary>Time from the order to stall until the last stalled connection was ended.</summary>
    public TimeSpan StalledFor { get; private set; }

    /// <summary>Runs on the loop's thread.</summary>
    public Task<T> Do<T>(Func<T> order) => _orders.Add(order);

    public void Dispose()
    {
        _ending = true;
        _thread.Join();
        foreach (var connection in Connections) Abort(connection);
        _epoll.Dispose();
        NativeMemory.Free(_buffer);
    }

    /// <summary>Ends it by a reset.</summary>
    public static void Abort(ClientConnection connection)
    {
        if (connection.Fd >= 0) Libc.Abort(connection.Fd);
        connection.Fd = -1;
        connection.State = ClientState.Closed;
    }

    /// <summary>It ended, and this side did not close it.</summary>
    public void End(ClientConnection connection, string reason)
    {
        if (connection.IsOpening) Opening.Failed(reason);
        else CollectionsMarshal.GetValueRefOrAddDefault(Ends, reason, out _)++;
        if (connection.Stalled) StalledFor = Stopwatch.GetElapsedTime(_stalledAt);
        Abort(connection);
    }

    /// <summary>These stop reading; only their end is still noticed.</summary>
    public int Stall(int every)
    {
        _stalledAt = Stopwatch.GetTimestamp();
        StalledFor = TimeSpan.Zero;
        foreach (var connection in Connections)
        {
            if (connection.State != ClientState.Live || connection.Index % every != 0) continue;
            connection.Stalled = true;
            _epoll.Change(connection.Fd, connection.Slot, Libc.PeerClosed);
        }

        return Connections.Count(c => c.Stalled);
    }

    /// <summary>
    /// Connections that are not timed are read at this interval, with one call each: reading every small message
    /// by itself costs this side two thirds of what it costs the server. 0: all are read at once.
    /// </summary>
    public void Gather(int milliseconds)
    {
        _gatherMs = milliseconds;
        foreach (var connection in Connections)
        {
            if (connection.State != ClientState.Live || connection.Stalled) continue;
            _epoll.Change(connection.Fd, connection.Slot, milliseconds > 0 && !connection.Sampled ? Libc.PeerClosedAnew : Libc.ReadableAnew);
        }
    }

    private void Run()
    {
        while (!_ending)
        {
            var ready = _epoll.Wait(Opening.IsIdle ? OrderPollMs : 1);
            for (var i = 0; i < ready; i++)
            {
                var (slot, events) = _epoll[i];
                Dispatch(Connections[slot], events);
            }

            if (_gatherMs > 0 && Stopwatch.GetElapsedTime(_gatheredAt).TotalMilliseconds >= _gatherMs) ReadGathered();
            _orders.CarryOut();
            Churn?.Step(this);
            Opening.Step();
            // A sleeper in epoll_wait is woken by every send, and the server pays for it. Real clients are elsewhere: let some gather.
            if (ready is > 0 and < Handful && Opening.IsIdle) Libc.Pause(GatherUs);
        }
    }

    private void ReadGathered()
    {
        _gatheredAt = Stopwatch.GetTimestamp();
        foreach (var connection in Connections)
        {
            if (connection.State == ClientState.Live && !connection.Sampled && !connection.Stalled) Read(connection, toTheEnd: false);
        }
    }

    private void Dispatch(ClientConnection connection, uint events)
    {
        if (connection.State is ClientState.Closed or ClientState.Planned) return;
        if (connection.State == ClientState.Connecting) Opening.Connected(connection);
        else if (connection.Stalled) End(connection, (events & Libc.Broken) != 0 ? "stalled: reset" : "stalled: closed");
        else Read(connection, toTheEnd: (events & (Libc.PeerClosed | Libc.Broken)) != 0);
    }

    // Edge-triggered: the kernel need not look at a socket twice. There may be more where the buffer was filled, and the end
    // that was announced together with data is not announced again.
    private void Read(ClientConnection connection, bool toTheEnd)
    {
        do
        {
            if (!TryRead(connection, out var filled) || !filled && !toTheEnd) return;
        }
        while (connection.State != ClientState.Closed);
    }

    // What was left of a frame stands before what comes now, so that every frame is seen in one piece.
    private bool TryRead(ClientConnection connection, out bool filled)
    {
        filled = false;
        var carried = connection.Carry.Length;
        connection.Carry.CopyTo(new Span<byte>(_buffer, BufferSize));
        var read = (int)Libc.Receive(connection.Fd, _buffer + carried, BufferSize - carried);
        if (read < 0 && Marshal.GetLastPInvokeError() == Libc.WouldBlock) return false;
        if (read <= 0)
        {
            End(connection, read == 0 ? "end without close frame" : "reset");
            return false;
        }

        var bytes = new ReadOnlySpan<byte>(_buffer, carried + read);
        if (connection.State == ClientState.Upgrading) bytes = bytes[Opening.TakeResponse(connection, bytes)..];
        if (connection.State is ClientState.Joining or ClientState.Live) bytes = bytes[Receiver.Take(connection, bytes)..];
        if (bytes.Length == BufferSize) End(connection, "frame larger than any message");
        else connection.Carry = bytes.IsEmpty ? [] : bytes.ToArray();
        filled = carried + read == BufferSize;
        return true;
    }

    private void TakeControl(ClientConnection connection, Frame frame, byte[] payload)
    {
        if (frame.Opcode == Frame.Ping) Libc.Send(connection.Fd, Frame.Masked(Frame.Pong, payload));
        else if (frame.Opcode == Frame.Close) End(connection, $"close {(payload.Length < 2 ? 1005 : payload[0] << 8 | payload[1])}");
        else if (connection.State == ClientState.Joining) Opening.TakeReply(connection, payload);
    }
}
