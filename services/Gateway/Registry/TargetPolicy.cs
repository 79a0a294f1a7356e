using Gateway.Connections;

namespace Gateway.Registry;

/// <summary>How messages to a target are handed on.</summary>
/// <param name="Overflow">What happens to a receiver that is slower than they come.</param>
/// <param name="BatchWindow">How long a message may wait for others; zero: not at all.</param>
internal sealed record TargetPolicy(OverflowPolicy Overflow, TimeSpan BatchWindow)
{
    public static readonly TargetPolicy Default = new(OverflowPolicy.Close, TimeSpan.Zero);
}
