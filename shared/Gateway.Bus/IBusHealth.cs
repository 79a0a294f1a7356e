namespace Gateway.Bus;

/// <summary>How the bus is, for readiness, for <c>welcome.data.degraded</c> and for the operator.</summary>
public interface IBusHealth
{
    BusHealth Current { get; }
}

/// <param name="Connected">True while publishing and subscribing work.</param>
/// <param name="Since">When that last changed.</param>
/// <param name="Reason">While not connected: why, in the server's words where it gave any. Never a secret.</param>
public readonly record struct BusHealth(bool Connected, DateTimeOffset Since, string? Reason);
