using System.Buffers;
using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>Empties the queue of a connection whose socket did not take everything: all that waits goes out in one write.</summary>
internal sealed class SocketWriter(OutboundQueue queue, SocketOutput output)
{
    /// <summary>As much as one write carries: more only delays the next look at the queue.</summary>
    private const int WriteBytes = 64 * 1024;

    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Called under the queue's lock, after the last run has seen the queue empty.</summary>
    public void Start(ReadOnlyMemory<byte> first) => Completion = RunAsync(Completion, first);

    private async Task RunAsync(Task last, ReadOnlyMemory<byte> first)
    {
        // Leaves the caller's lock; the run before has taken its last look at the queue and is about to end.
        await last.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var taken = new List<Frame>();
        var alive = await output.SendAsync(first);
        while (alive && queue.TakeWaiting(WriteBytes, taken))
        {
            alive = await WriteAsync(taken);
            taken.Clear();
        }

        if (!alive) queue.Abort();
    }

    private async ValueTask<bool> WriteAsync(List<Frame> frames)
    {
        if (frames.Count == 1) return await output.SendAsync(frames[0].Bytes);
        var length = 0;
        foreach (var frame in frames) length += frame.Bytes.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Bytes.CopyTo(joined, at);
            at += frame.Bytes.Length;
        }

        var alive = await output.SendAsync(joined.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(joined);
        return alive;
    }
}
