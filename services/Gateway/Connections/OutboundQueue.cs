using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// All frames of one connection, pong and close included, are sent through this queue, so they never interleave. While nothing is
/// waiting a frame is written to the socket on the caller's thread; what the socket does not take waits here for
/// <see cref="SocketWriter"/>. No caller ever waits for the peer. Frames sent before <see cref="Open"/> wait.
/// </summary>
internal sealed class OutboundQueue(SocketOutput output, QueueLimits limits, Func<Target, Frame> gapFrame)
{
    private WaitingFrames? _waiting = new(limits);
    private SocketWriter? _writer;
    private State _state;
    private bool _finRequested;

    private enum State : byte
    {
        Open,

        /// <summary>The close frame is waiting.</summary>
        Closing,

        /// <summary>The close frame is written, FIN is not sent.</summary>
        Written,

        /// <summary>FIN is sent, the connection is aborted, or the socket failed.</summary>
        Closed,
    }

    /// <summary>Bytes that are waiting here, without those in the kernel.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (this) return _waiting?.Bytes ?? 0;
        }
    }

    /// <summary>How long the write that is waiting for the peer has made no progress; negative when none is waiting. Called by the heartbeat wheel.</summary>
    public int StalledSeconds(int now)
    {
        lock (this) return _writer is null || _waiting is null ? -1 : _writer.StalledSeconds(now);
    }

    /// <summary>Completes when nothing more is written; to be read after <see cref="Close"/> or <see cref="Abort"/>.</summary>
    public Task Completion => _writer is null ? output.Pending : CompletionOf(_writer);

    /// <summary>Sends the first frame of the connection, then those that are waiting.</summary>
    public void Open(Frame first)
    {
        lock (this)
        {
            // When it was closed before it was opened, the close frame follows the first frame.
            if (_state == State.Closed) return;
            var sent = output.TrySend(first.Bytes);
            if (sent == SocketOutput.Broken) Break();
            else if (sent < first.Bytes.Length || _waiting!.Count > 0) StartWriter(first, sent);
            else _waiting = null;
        }
    }

    public SendResult Send(Frame frame, OverflowPolicy overflow = OverflowPolicy.Close)
    {
        lock (this)
        {
            if (_state != State.Open) return SendResult.Closed;
            if (_waiting is not null) return Wait(frame, overflow);
            var sent = output.TrySend(frame.Bytes);
            if (sent == frame.Bytes.Length) return SendResult.Sent;
            if (sent == SocketOutput.Broken) return Break();
            BeginWaiting(frame, sent);
            return SendResult.Queued;
        }
    }

    public SendResult Send(FrameBatch batch)
    {
        lock (this)
        {
            if (_state != State.Open) return SendResult.Closed;
            if (_waiting is not null) return WaitFrom(batch, 0);
            var sent = output.TrySend(batch.Joined);
            if (sent == batch.Length) return SendResult.Sent;
            if (sent == SocketOutput.Broken) return Break();
            var next = 0;
            while (sent >= batch.Frames[next].Bytes.Length) sent -= batch.Frames[next++].Bytes.Length;
            BeginWaiting(batch.Frames[next], sent);
            return WaitFrom(batch, next + 1);
        }
    }

    /// <summary>
    /// Sends the last frame. With <paramref name="discard"/> the frames that are waiting are dropped. FIN is not sent with it: a proxy
    /// between may close both of its sides on FIN, and what the client sends at that moment then resets the connection before the close
    /// frame is read (nginx does).
    /// </summary>
    public void Close(Frame close, bool discard)
    {
        lock (this)
        {
            if (_state != State.Open) return;
            _state = State.Closing;
            if (_waiting is not null)
            {
                if (discard) _waiting = new WaitingFrames(limits);
                _waiting.Add(close);
                return;
            }

            var sent = output.TrySend(close.Bytes);
            if (sent == close.Bytes.Length) CloseWritten();
            else if (sent == SocketOutput.Broken) _state = State.Closed;
            else BeginWaiting(close, sent);
        }
    }

    /// <summary>Sends FIN as soon as the close frame is written. May be called while the connection is being read.</summary>
    public void RequestFin()
    {
        lock (this)
        {
            _finRequested = true;
            if (_state == State.Written) CloseWritten();
        }
    }

    /// <summary>Sends FIN after the last frame, under TLS its own end before it. Called by the receive loop between two reads.</summary>
    public async Task EndAsync()
    {
        await Completion;
        lock (this)
        {
            if (_state != State.Written) return;
            _state = State.Closed;
        }

        await output.EndAsync();
    }

    /// <summary>Nothing more is sent; the transport is about to be aborted.</summary>
    public void Abort()
    {
        lock (this) _state = State.Closed;
    }

    /// <summary>Called by the writer for the next frames; false ends it.</summary>
    public bool TakeWaiting(int bytes, List<Frame> taken)
    {
        lock (this)
        {
            if (_state == State.Closed) return false;
            if (_waiting!.Take(bytes, gapFrame, taken)) return true;
            _waiting = null;
            if (_state == State.Closing) CloseWritten();
            return false;
        }
    }

    private async Task CompletionOf(SocketWriter writer)
    {
        await writer.Completion;
        await output.Pending;
    }

    private SendResult WaitFrom(FrameBatch batch, int first)
    {
        for (var i = first; i < batch.Frames.Count; i++)
        {
            if (Wait(batch.Frames[i], batch.Overflow) == SendResult.Overflow) return SendResult.Overflow;
        }

        return SendResult.Queued;
    }

    private SendResult Wait(Frame frame, OverflowPolicy overflow) =>
        _waiting!.TryAdd(frame, overflow) ? SendResult.Queued : SendResult.Overflow;

    private void BeginWaiting(Frame frame, int sent)
    {
        _waiting = new WaitingFrames(limits);
        StartWriter(frame, sent);
    }

    private void StartWriter(Frame frame, int sent)
    {
        _writer ??= new SocketWriter(this, output);
        _writer.Start(frame.Bytes.AsMemory(sent));
    }

    private SendResult Break()
    {
        _state = State.Closed;
        return SendResult.Closed;
    }

    private void CloseWritten()
    {
        _state = _finRequested ? State.Closed : State.Written;
        if (_finRequested) output.ShutdownSend();
    }
}

/// <summary>How much may wait for one connection; a single frame always fits an empty queue.</summary>
internal sealed record QueueLimits(int Bytes, int Frames);

internal enum SendResult : byte
{
    /// <summary>The kernel has it.</summary>
    Sent,

    /// <summary>It is waiting in the queue of the connection.</summary>
    Queued,

    /// <summary>The queue is full: the receiver is too slow.</summary>
    Overflow,

    /// <summary>The connection is closing or closed.</summary>
    Closed,
}

/// <summary>What happens to a receiver that is slower than its room.</summary>
internal enum OverflowPolicy : byte
{
    /// <summary>Close with 4429; history makes it lossless.</summary>
    Close,

    /// <summary>Drop the room's oldest waiting messages and tell the client by a <c>gap</c> frame.</summary>
    DropOldest,
}
