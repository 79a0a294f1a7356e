using Gateway.Contracts;

namespace Gateway.Bus.Recovery;

/// <summary>
/// The place of one subscribed target with history: what the receiver has had, and, while a gap is repaired, what waits behind it.
/// The object is small because there is one per connected user. Methods whose name ends in <c>_NeedsLock</c> are called under
/// <see cref="Gate"/>, as are all calls to the receiver. The registry calls the subscriber under its own lock, which the receiver takes
/// too: subscribing and unsubscribing therefore never take the gate.
/// </summary>
/// <param name="target">Which target.</param>
/// <param name="gate">
/// Shared with other targets, and the same for every object of this target: after it was unsubscribed and subscribed again, a call for
/// the old subscription ends before the first call for the new one.
/// </param>
internal sealed class ServedTarget(Target target, Lock gate)
{
    private TaskCompletionSource? _checked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _epoch;
    private long _last;
    private Repair? _repair;
    private volatile bool _isRemoved;
    private bool _isQueued;

    public Target Target => target;

    public Lock Gate => gate;

    public bool IsRemoved => _isRemoved;

    /// <summary>Completes when the place was read after the subscription was confirmed; cancelled when the target is unsubscribed.</summary>
    public Task WhenChecked => Volatile.Read(ref _checked)?.Task ?? Task.CompletedTask;

    /// <summary>The receiver's place, or null if it has none yet.</summary>
    public Position? Place_NeedsLock => _epoch is null ? null : new Position(_epoch, _last);

    public Repair? Repair_NeedsLock => _repair;

    /// <summary>True if it must be added to the queue of places to read; it is not twice in it.</summary>
    public bool TryQueue() => !Interlocked.Exchange(ref _isQueued, true);

    public void Dequeued() => Volatile.Write(ref _isQueued, false);

    /// <summary>Ends all calls to the receiver but one that has begun.</summary>
    public void Remove()
    {
        _isRemoved = true;
        Volatile.Read(ref _checked)?.TrySetCanceled();
    }

    /// <summary>Takes a message from the channel. True if a repair must be started.</summary>
    public bool Receive_NeedsLock(Message message, IMessageReceiver receiver, WaitingLimit limit)
    {
        if (_isRemoved) return false;
        if (message.Position is not { } position)
        {
            // Published without a number: it has no place in the order.
            receiver.Receive(message);
            return false;
        }

        if (_repair is not null)
        {
            _repair.Add(message);
            return false;
        }

        if (_epoch is null) Move_NeedsLock(position with { Offset = position.Offset - 1 }, receiver);
        if (position.Epoch == _epoch && position.Offset <= _last + 1)
        {
            if (position.Offset > _last) Deliver_NeedsLock(message, receiver);
            return false;
        }

        BeginRepair_NeedsLock(limit).Add(message);
        return true;
    }

    /// <summary>Messages may have been lost: what is read from now on includes them. False if no repair runs that will read.</summary>
    public bool ReadAgain_NeedsLock()
    {
        if (_repair is null) return false;
        _repair.ReadsAgain = true;
        return true;
    }

    /// <summary>Compares the place with the one the bus gave after the subscription was confirmed. True if a repair must be started.</summary>
    /// <param name="current">The place of the target.</param>
    /// <param name="before">The receiver's place before <paramref name="current"/> was read: the counter only counts up.</param>
    /// <param name="receiver">Gets the first place.</param>
    /// <param name="limit">For a repair.</param>
    public bool Check_NeedsLock(Position current, Position? before, IMessageReceiver receiver, WaitingLimit limit)
    {
        if (_isRemoved) return false;
        if (_epoch is null) Move_NeedsLock(current, receiver);
        _checked?.TrySetResult();
        Volatile.Write(ref _checked, null);
        if (ReadAgain_NeedsLock()) return false;
        var wentBack = before is { } earlier && earlier.Epoch == current.Epoch && earlier.Offset > current.Offset;
        if (current.Epoch == _epoch && current.Offset <= _last && !wentBack) return false;
        BeginRepair_NeedsLock(limit);
        return true;
    }

    /// <summary>The next message of the receiver.</summary>
    public void Deliver_NeedsLock(Message message, IMessageReceiver receiver)
    {
        _last = message.Position!.Value.Offset;
        receiver.Receive(message);
    }

    /// <summary>The receiver's place changes without a message.</summary>
    public void Move_NeedsLock(Position place, IMessageReceiver receiver)
    {
        (_epoch, _last) = place;
        receiver.Positioned(target, place);
    }

    public void EndRepair_NeedsLock()
    {
        _repair?.Clear();
        _repair = null;
    }

    private Repair BeginRepair_NeedsLock(WaitingLimit limit) => _repair = new Repair(this, limit);
}
