using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>What the registry asks of the room policies, which stand further left. One object for all targets that are handled alike.</summary>
internal abstract class TargetPolicies
{
    public abstract TargetPolicy Handling(Target target);
}
