namespace Gateway.Bus;

/// <summary>The state of the bus, for readiness, <c>welcome.data.degraded</c> and <c>/health</c>.</summary>
public interface IBusHealth
{
    BusHealth Current { get; }
}

/// <param name="Connected">True while publishing and subscribing work.</param>
/// <param name="Since">When <paramref name="Connected"/> last changed.</param>
/// <param name="Reason">While not connected: why, with the server's error text if there is one. Never contains a secret.</param>
public readonly record struct BusHealth(bool Connected, DateTimeOffset Since, string? Reason)
{
    /// <summary>
    /// True if the bus was connected at least once since this process started. A bus that never was is configured wrongly or
    /// unreachable from here, so no grace period applies to it.
    /// </summary>
    public bool WasConnected { get; init; } = Connected;
}
