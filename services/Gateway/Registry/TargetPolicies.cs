using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>What the registry asks of the room policies, which stand further left.</summary>
internal abstract class TargetPolicies
{
    public abstract OverflowPolicy OverflowOf(Target target);
}
