using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>Where messages go in. Bounded in time (≤ 1 s in all); what happens every day comes back as a value.</summary>
public interface IMessagePublisher
{
    /// <summary>Publishes to <see cref="Message.Target"/>. Calls made one after another arrive in that order per target.</summary>
    /// <param name="message">What to publish.</param>
    /// <param name="idempotent">
    /// True when the caller chose the id: the same id for the same target within 5 minutes is acknowledged and not sent again.
    /// </param>
    /// <param name="cancellation">Gives up waiting; the message may have gone out all the same.</param>
    ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation);
}
