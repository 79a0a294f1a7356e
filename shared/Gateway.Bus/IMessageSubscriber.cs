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
    /// Completes when the bus has confirmed that messages to this target reach this pod. While the bus is down the task stays
    /// pending and the subscription is made when the bus returns. Completes at once if the target is already subscribed.
    /// </summary>
    Task SubscribeAsync(Target target);

    /// <summary>Ends the subscription; a pending <see cref="SubscribeAsync"/> is cancelled.</summary>
    Task UnsubscribeAsync(Target target);
}

/// <summary>Receives a subscriber's messages. Called by one thread at a time; must not block and must not throw.</summary>
public interface IMessageReceiver
{
    void Receive(Message message);

    /// <summary>
    /// The connection to the bus was lost and this target is subscribed again: messages published to it meanwhile were not received.
    /// Called once per outage and target, before the first message after it. A bus that keeps history fills the gap and does not call this.
    /// </summary>
    void Interrupted(Target target)
    {
    }

    /// <summary>No more messages are buffered: what was received since the last call should be sent now.</summary>
    void Flush()
    {
    }
}
