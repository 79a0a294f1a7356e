namespace Gateway.Bus.Redis.Subscribing;

/// <summary>What the server says on a subscription connection.</summary>
internal enum RespKind : byte
{
    /// <summary>Not all of it is there yet.</summary>
    Incomplete,
    Message,

    /// <summary>A message whose payload is longer than any message may be; the payload's bytes follow and are passed over.</summary>
    OversizedMessage,
    Subscribed,
    Unsubscribed,
    Pong,
    Ok,

    /// <summary>An error reply, its words in <see cref="RespPush.Payload"/>.</summary>
    Error,
}
