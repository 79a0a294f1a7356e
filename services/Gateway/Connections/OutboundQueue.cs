using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// All frames of one connection pass here, pong and close too, so they never interleave. While nothing waits a frame goes
/// straight to the socket on the caller's thread; what the socket does not take waits here for <see cref="SocketWriter"/>.
/// No caller ever waits for the peer. It begins closed to the outside: what comes before <see cref="Open"/> waits.
/// </summary>
internal sealed class OutboundQueue(SocketOutput output, QueueLimits limits, Func<Target, Frame> gapFrame)
{
    private WaitingFrames? _waiting = new(limits);
    private SocketWriter? _writer;
    private State _state;

    private enum State : byte
    {
        Open,
        Closing,
        Closed,
    }

    /// <summary>Bytes that wait here, not those in the kernel.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (this) return _waiting?.Bytes ?? 0;
        }
    }

    /// <summary>Ends when nothing more is written; read after <see cref="Close"/> or <see cref="Abort"/>.</summary>
    public Task WriterCompletion => _writer is null ? output.Ended : EndOf(_writer);

    /// <summary>Lets the traffic out, behind the first frame a client is to see.</summary>
    public void Open(Frame first)
    {
        lock (this)
        {
            // Closing before it was opened: the close waits behind the first frame and goes out with it.
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

    /// <summary>The last frame, then FIN. With <paramref name="discard"/> what still waits is dropped.</summary>
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
            if (sent == close.Bytes.Length) End();
            else if (sent == SocketOutput.Broken) _state = State.Closed;
            else BeginWaiting(close, sent);
        }
    }

    /// <summary>Nothing more goes out; the transport is about to be torn down.</summary>
    public void Abort()
    {
        lock (this) _state = State.Closed;
    }

    /// <summary>For the writer: the next frames; false ends it.</summary>
    public bool TakeWaiting(int bytes, List<Frame> taken)
    {
        lock (this)
        {
            if (_state == State.Closed) return false;
            if (_waiting!.Take(bytes, gapFrame, taken)) return true;
            _waiting = null;
            if (_state == State.Closing) End();
            return false;
        }
    }

    private async Task EndOf(SocketWriter writer)
    {
        await writer.Completion;
        await output.Ended;
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

    private void End()
    {
        _state = State.Closed;
        output.ShutdownSend();
    }
}

/// <summary>What may wait for one connection; a single frame always fits an empty queue.</summary>
internal sealed record QueueLimits(int Bytes, int Frames);

internal enum SendResult : byte
{
    /// <summary>The kernel has it.</summary>
    Sent,

    /// <summary>It waits in the connection's queue.</summary>
    Queued,

    /// <summary>The queue is full: the receiver is too slow.</summary>
    Overflow,

    /// <summary>The connection is closing or gone.</summary>
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
