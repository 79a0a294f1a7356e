namespace Gateway.Bus;

public enum PublishStatus
{
    /// <summary>The bus took it.</summary>
    Accepted,

    /// <summary>The same id went to the same target before; nothing was sent.</summary>
    Duplicate,

    /// <summary>More than <see cref="Contracts.Message.MaxBytes"/> of JSON: HTTP 413.</summary>
    TooLarge,

    /// <summary>The bus did not take it: HTTP 503, the publisher tries again.</summary>
    Unavailable,
}

/// <param name="Status">What became of the message.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Offset">Its number in the target's log, 0 where no history is kept.</param>
/// <param name="Epoch">The life of the counter that <paramref name="Offset"/> belongs to.</param>
/// <param name="Reason">For a person: why it was not taken.</param>
public readonly record struct PublishResult(PublishStatus Status, string Id, long Offset = 0, string? Epoch = null, string? Reason = null)
{
    public bool Taken => Status is PublishStatus.Accepted or PublishStatus.Duplicate;
}
