namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Where commands go: the present connection.</summary>
internal interface ISubscriptionLink
{
    /// <summary>Takes a copy and returns at once; a connection that fails says so to its reader.</summary>
    void Send(ReadOnlySpan<byte> commands);
}
