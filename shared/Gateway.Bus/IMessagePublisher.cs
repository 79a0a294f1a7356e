using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>Publishes messages. Bounded in time (≤ 1 s including retries); expected outcomes are values, not exceptions.</summary>
public interface IMessagePublisher
{
    /// <summary>Publishes to <see cref="Message.Target"/>. Consecutive calls arrive in their order per target.</summary>
    /// <param name="message">What to publish.</param>
    /// <param name="idempotent">
    /// True if the caller chose the id: the same id for the same target within 5 minutes is acknowledged and not sent again.
    /// </param>
    /// <param name="cancellation">Stops waiting; the message may have been sent.</param>
    ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation);
}

/// <param name="Status">The outcome.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Offset">Its number in the target's log, 0 if no history is kept.</param>
/// <param name="Epoch">The life of the counter that <paramref name="Offset"/> belongs to.</param>
/// <param name="Reason">For people: why it was not published.</param>
public readonly record struct PublishResult(PublishStatus Status, string Id, long Offset = 0, string? Epoch = null, string? Reason = null)
{
    /// <summary>How long the id of an idempotent publish is remembered.</summary>
    internal static TimeSpan IdLifetime => TimeSpan.FromMinutes(5);

    public bool Taken => Status is PublishStatus.Accepted or PublishStatus.Duplicate;

    /// <param name="id">The message's id.</param>
    /// <param name="size">Its bytes as JSON.</param>
    public static PublishResult TooLarge(string id, int size) => new(PublishStatus.TooLarge, id, Reason: TooLargeError(size));

    internal static string TooLargeError(int size) => $"a message is at most {Message.MaxBytes} bytes of JSON; this one has {size}";
}

public enum PublishStatus
{
    /// <summary>Published.</summary>
    Accepted,

    /// <summary>The same id was published to the same target before; nothing was sent.</summary>
    Duplicate,

    /// <summary>More than <see cref="Message.MaxBytes"/> of JSON: HTTP 413.</summary>
    TooLarge,

    /// <summary>The bus did not accept it: HTTP 503, the publisher may retry.</summary>
    Unavailable,
}
