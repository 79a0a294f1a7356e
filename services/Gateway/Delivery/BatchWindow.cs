using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// Holds messages back for a moment, so that those of one target go out joined. It opens with the first message, and closes for
/// all that came meanwhile: none waits longer than its length.
/// </summary>
internal sealed class BatchWindow : IDisposable
{
    private readonly TimeSpan _length;
    private readonly Action<List<(Members Members, Message Message)>> _close;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Lock _handingOn = new();
    private List<(Members Members, Message Message)> _gathered = [];

    /// <param name="length">From the first message to its end.</param>
    /// <param name="time">The clock.</param>
    /// <param name="close">Takes what has gathered, in the order of arrival.</param>
    public BatchWindow(TimeSpan length, TimeProvider time, Action<List<(Members Members, Message Message)>> close)
    {
        _length = length;
        _close = close;
        _timer = time.CreateTimer(static window => ((BatchWindow)window!).Close(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(Members members, Message message)
    {
        lock (_gate)
        {
            _gathered.Add((members, message));
            if (_gathered.Count == 1) _timer.Change(_length, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Close()
    {
        // The next window may end while this one's messages are still handed on: it must not overtake them.
        lock (_handingOn) _close(Take());
    }

    private List<(Members Members, Message Message)> Take()
    {
        lock (_gate)
        {
            var taken = _gathered;
            _gathered = [];
            return taken;
        }
    }
}
