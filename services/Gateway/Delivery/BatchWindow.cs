using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// Delays messages so that those of one target are written together. It opens with the first message and closes for
/// all that came since: no message waits longer than the window's length.
/// </summary>
internal sealed class BatchWindow : IDisposable
{
    private readonly TimeSpan _length;
    private readonly Action<Members, RenderedMessage> _deliver;
    private readonly Action _flush;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Lock _closing = new();
    private List<(Members Members, RenderedMessage Message)> _waiting = [];
    private bool _ended;

    /// <param name="length">From the first message to the end of the window.</param>
    /// <param name="time">The clock.</param>
    /// <param name="deliver">Receives the messages of the window in the order of arrival.</param>
    /// <param name="flush">Called after the last message of a window.</param>
    public BatchWindow(TimeSpan length, TimeProvider time, Action<Members, RenderedMessage> deliver, Action flush)
    {
        _length = length;
        _deliver = deliver;
        _flush = flush;
        _timer = time.CreateTimer(static window => ((BatchWindow)window!).CloseAndFlush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After the end the message is delivered at once; the caller flushes.</summary>
    public void Add(Members members, RenderedMessage message)
    {
        lock (_gate)
        {
            _waiting.Add((members, message));
            if (!_ended)
            {
                if (_waiting.Count == 1) _timer.Change(_length, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Close();
    }

    /// <summary>Delivers what waits; from now on messages do not wait.</summary>
    public void End()
    {
        lock (_gate) _ended = true;
        CloseAndFlush();
    }

    public void Dispose() => _timer.Dispose();

    private void CloseAndFlush()
    {
        Close();
        _flush();
    }

    private void Close()
    {
        // The next window may end while this one's messages are still being delivered: they must keep their order.
        lock (_closing)
        {
            foreach (var (members, message) in Take()) _deliver(members, message);
        }
    }

    private List<(Members Members, RenderedMessage Message)> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }
}
