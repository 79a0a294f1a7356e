using System.Buffers;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// Reads a subscription connection with blocking reads on a dedicated thread. StackExchange.Redis 1.2.6 is not used here: it lost
/// channels for good in 2 of 12 rounds of two kills at 20,000 channels, this reader in none, and it takes 2.7–2.8 µs of CPU per message at
/// 100,000 messages/s, this reader 1.4–1.8 µs. Asynchronous reads cost 3.4 µs there, and ten times more at 2,000/s, because the
/// pool's threads spin after every wake-up. One asynchronous call on the socket would make all reads asynchronous inside: connecting
/// and sending block too.
/// </summary>
internal sealed class SubscriptionConnection(RedisSocket socket, TimeProvider time) : ICommandSender, IThreadPoolWorkItem
{
    /// <summary>Buffers that grew beyond this are replaced when they are no longer needed.</summary>
    internal const int BufferSize = 64 * 1024;

    /// <summary>A read of this size, or one that fills the buffer, found more than had just arrived. TLS gives no more at a time than this.</summary>
    private const int LargeRead = 16 * 1024;

    private readonly Stream _stream = socket.Stream;
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _sending = new();
    private bool _isSending;
    private volatile bool _isAlive = true;
    private volatile string? _closeReason;
    private byte[] _buffer = new byte[BufferSize];
    private int _filled;
    private int _mostFilled;
    private long? _behindSince;
    private long? _wasBehindSince;

    /// <summary>
    /// For how long before the connection's end every read found data waiting; zero if the reader had to wait for the server. How much
    /// the server still had to send cannot be known here.
    /// </summary>
    public TimeSpan BehindFor => (_behindSince ?? _wasBehindSince) is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Why this side closed the connection, if it did.</summary>
    public string? CloseReason => _closeReason;

    public void Send(ReadOnlySpan<byte> commands)
    {
        lock (_gate)
        {
            _waiting.Write(commands);
            if (_isSending || _waiting.WrittenCount == 0) return;
            _isSending = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Sends what is waiting until nothing more is.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (TakeWaiting() is { } commands) _stream.Write(commands.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Close(e.Message);
        }
    }

    /// <summary>True if anything was received since the last call.</summary>
    public bool TakeIsAlive()
    {
        var wasAlive = _isAlive;
        _isAlive = false;
        return wasAlive;
    }

    /// <summary>Passes on everything that is received, until the connection ends, always by an exception.</summary>
    public void Read(IPushReceiver receiver)
    {
        while (true)
        {
            ReadAhead();
            var taken = 0;
            while (true)
            {
                var push = new RespReader(_buffer.AsSpan(taken, _filled - taken), RespReader.MaxPayload).Read();
                if (push.Kind == RespKind.Incomplete) break;
                receiver.Receive(in push);
                taken += push.Length;
                if (push.ToSkip > 0) taken = Skip(taken, push.ToSkip);
            }

            Keep(taken);
            receiver.Drained();
        }
    }

    /// <summary>Closes the connection under its reader, which then reports this reason.</summary>
    public void Close(string reason)
    {
        _closeReason ??= reason;
        socket.Close();
    }

    /// <summary>Called by the reader, once per PING: large messages at short intervals keep the large buffer.</summary>
    public void ShrinkReceiveBuffer()
    {
        if (_buffer.Length > BufferSize && _mostFilled <= BufferSize) Array.Resize(ref _buffer, BufferSize);
        _mostFilled = _filled;
    }

    /// <summary>Everything that waits, or null. Only the sender uses the result, until its next call.</summary>
    private ArrayBufferWriter<byte>? TakeWaiting()
    {
        lock (_gate)
        {
            _isSending = _waiting.WrittenCount > 0;
            if (_sending.Capacity > BufferSize) _sending = new ArrayBufferWriter<byte>();
            if (!_isSending) return null;
            (_waiting, _sending) = (_sending, _waiting);
            _waiting.ResetWrittenCount();
            return _sending;
        }
    }

    private void ReadAhead()
    {
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var space = _buffer.Length - _filled;
        var count = _stream.Read(_buffer, _filled, space);
        if (count == 0) throw new EndOfStreamException(_closeReason ?? "the server closed the connection");
        _isAlive = true;
        _filled += count;
        if (count == space || count >= LargeRead) _behindSince ??= time.GetTimestamp();
        else if (_behindSince is not null || _wasBehindSince is not null) CaughtUp();
        if (_filled > _mostFilled) _mostFilled = _filled;
    }

    /// <summary>The last read before the connection's end is rarely large: only a second one shows that the reader had caught up.</summary>
    private void CaughtUp() => (_wasBehindSince, _behindSince) = (_behindSince, null);

    /// <summary>Skips bytes, both buffered and still to be received; returns where the next push begins.</summary>
    private int Skip(int at, long count)
    {
        while (count > _filled - at)
        {
            count -= _filled - at;
            at = _filled = 0;
            ReadAhead();
        }

        return at + (int)count;
    }

    private void Keep(int from)
    {
        _filled -= from;
        if (from > 0 && _filled > 0) Buffer.BlockCopy(_buffer, from, _buffer, 0, _filled);
    }
}

/// <summary>Receives what the server sends, on the reader's thread.</summary>
internal interface IPushReceiver
{
    void Receive(in RespPush push);

    /// <summary>Everything received so far was passed on; the reader waits for more.</summary>
    void Drained();
}
