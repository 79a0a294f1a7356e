using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>How messages to a target are delivered.</summary>
/// <param name="Overflow">What happens to a receiver whose queue is full.</param>
/// <param name="BatchWindow">How long a message may wait for others to the same target; zero disables batching.</param>
/// <param name="Rewind">How many of the latest messages a new member gets; 0 = none.</param>
/// <param name="Presence">Whether it is recorded who is in the room.</param>
internal sealed record TargetPolicy(OverflowPolicy Overflow, TimeSpan BatchWindow, int Rewind = 0, bool Presence = false)
{
    public static readonly TargetPolicy Default = new(OverflowPolicy.Close, TimeSpan.Zero);
}

/// <summary>Finds the policy of a target. Implemented by the room policies, which the registry must not depend on.</summary>
internal abstract class TargetPolicies
{
    public abstract TargetPolicy Handling(Target target);
}
