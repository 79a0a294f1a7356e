using Gateway.Connections;

namespace Gateway.UnitTests.Connections;

/// <summary>A socket that takes as many bytes as the test lets it: the rest of a write waits for more room.</summary>
internal sealed class ScriptedOutput(int room) : SocketOutput
{
    private readonly Lock _gate = new();
    private readonly List<byte> _sent = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _room = room;
    private bool _broken;

    public bool IsShutDown { get; private set; }

    /// <summary>Called before each write, on the writer's thread.</summary>
    public Action? OnSend { get; set; }

    /// <summary>How often something was handed over.</summary>
    public int Writes { get; private set; }

    public int SentBytes
    {
        get
        {
            lock (_gate) return _sent.Count;
        }
    }

    public byte[] Sent
    {
        get
        {
            lock (_gate) return [.. _sent];
        }
    }

    public void MakeRoom(int bytes)
    {
        lock (_gate)
        {
            _room = (int)Math.Min(int.MaxValue, (long)_room + bytes);
            Wake();
        }
    }

    public void BreakIt()
    {
        lock (_gate)
        {
            _broken = true;
            Wake();
        }
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        OnSend?.Invoke();
        lock (_gate)
        {
            Writes++;
            if (IsShutDown) throw new InvalidOperationException("written after the end");
            if (_broken) return Broken;
            var taken = Math.Min(_room, bytes.Length);
            _sent.AddRange(bytes[..taken]);
            _room -= taken;
            return taken;
        }
    }

    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            Task more;
            lock (_gate) more = _more.Task;
            var taken = TrySend(bytes.Span);
            if (taken == Broken) return false;
            bytes = bytes[taken..];
            if (bytes.IsEmpty) return true;
            await more;
        }
    }

    public override void ShutdownSend()
    {
        if (IsShutDown) throw new InvalidOperationException("ended twice");
        IsShutDown = true;
    }

    private void Wake()
    {
        _more.SetResult();
        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
