using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// The source of a pod's messages. A pod receives <see cref="Target.All"/> from the start and any other target only
/// while it is subscribed, so its traffic grows with its own members.
/// </summary>
public interface IMessageSubscriber
{
    /// <summary>Starts delivery to the receiver, in order per target. Called once, before any subscription.</summary>
    void Start(IMessageReceiver receiver);

    /// <summary>
    /// Completes when the bus has confirmed that messages to this target reach this pod and, for a target with history, its place was given
    /// to <see cref="IMessageReceiver.Positioned"/>. While the bus is down the task stays pending and the subscription is made when the bus
    /// returns. Completes at once if the target is already subscribed.
    /// </summary>
    Task SubscribeAsync(Target target);

    /// <summary>Ends the subscription; a pending <see cref="SubscribeAsync"/> is cancelled.</summary>
    Task UnsubscribeAsync(Target target);
}

/// <summary>
/// Receives a subscriber's messages. Calls for one target never run at the same time; calls for different targets may. Must not block and
/// must not throw.
/// </summary>
public interface IMessageReceiver
{
    /// <summary>The next message of its target. Where history is kept, offsets follow one another without a gap.</summary>
    void Receive(Message message);

    /// <summary>
    /// The place of a target with history before its first message, or behind messages that <see cref="Interrupted"/> has just told: what
    /// is received next has the next offset.
    /// </summary>
    void Positioned(Target target, Position position)
    {
    }

    /// <summary>Messages of a target were lost; called before the first message after them.</summary>
    void Interrupted(Interruption interruption)
    {
    }

    /// <summary>No more messages are buffered: what was received since the last call should be sent now.</summary>
    void Flush()
    {
    }
}

/// <summary>Messages of a target that did not reach this pod.</summary>
/// <param name="Target">Which target.</param>
/// <param name="IsFromHistory">
/// True: the history cannot bridge the gap, because messages were trimmed or the log was lost. False: the target has no history, and
/// the connection to the bus was lost for a while.
/// </param>
/// <param name="From">First missing offset, 0 if unknown.</param>
/// <param name="To">Last missing offset, 0 if unknown.</param>
public readonly record struct Interruption(Target Target, bool IsFromHistory, long From = 0, long To = 0);
