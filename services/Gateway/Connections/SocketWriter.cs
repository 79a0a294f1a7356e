using System.Buffers;
using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>Empties the queue of a connection whose socket did not take everything: all frames that are waiting are joined into one write.</summary>
internal sealed class SocketWriter(OutboundQueue queue, SocketOutput output)
{
    /// <summary>The size of one write: a larger one only delays the next look at the queue and the sign of progress.</summary>
    private const int WriteBytes = 64 * 1024;

    private bool _progressed;
    private int _since = int.MaxValue;

    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Called under the queue's lock, after the last run has seen the queue empty.</summary>
    public void Start(ReadOnlyMemory<byte> first)
    {
        Volatile.Write(ref _progressed, true);
        Completion = RunAsync(Completion, first);
    }

    /// <summary>Seconds between the first call after the last progress and this one.</summary>
    public int StalledSeconds(int now)
    {
        if (Interlocked.Exchange(ref _progressed, false)) _since = now;
        return now - _since;
    }

    private async Task RunAsync(Task last, ReadOnlyMemory<byte> first)
    {
        // Leaves the caller's lock; the run before it has seen the queue empty and is about to end.
        await last.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var taken = new List<Frame>();
        var alive = await SendAsync(first);
        while (alive && queue.TakeWaiting(WriteBytes, taken))
        {
            alive = await WriteAsync(taken);
            taken.Clear();
        }

        if (!alive) queue.Abort();
    }

    private async ValueTask<bool> WriteAsync(List<Frame> frames)
    {
        if (frames.Count == 1) return await SendAsync(frames[0].Bytes);
        var length = 0;
        foreach (var frame in frames) length += frame.Bytes.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Bytes.CopyTo(joined, at);
            at += frame.Bytes.Length;
        }

        var alive = await SendAsync(joined.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(joined);
        return alive;
    }

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var alive = true;
        while (alive && !bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, WriteBytes)];
            bytes = bytes[part.Length..];
            alive = await output.SendAsync(part);
            Volatile.Write(ref _progressed, true);
        }

        return alive;
    }
}
