using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// Where a pod takes its messages from. A pod hears <see cref="Target.All"/> from the start and any other target only
/// while it is subscribed, so its traffic grows with its own members.
/// </summary>
public interface IMessageSubscriber
{
    /// <summary>Begins to hand messages to the receiver, in order per target. Called once, before any subscription.</summary>
    void Start(IMessageReceiver receiver);

    /// <summary>
    /// Ends when the bus has confirmed that messages to this target now reach this pod. While the bus is down it waits:
    /// the wish is kept and carried out on return. A target already subscribed is answered at once.
    /// </summary>
    Task SubscribeAsync(Target target);

    /// <summary>Takes the wish back; a pending <see cref="SubscribeAsync"/> is cancelled.</summary>
    Task UnsubscribeAsync(Target target);
}
