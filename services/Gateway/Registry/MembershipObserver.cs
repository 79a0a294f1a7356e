using Gateway.Connections;

namespace Gateway.Registry;

/// <summary>
/// Is told about every change of the members of users and rooms, after it. Called under the target's lock, so it must neither wait nor take
/// other locks for longer than a queue needs.
/// </summary>
internal abstract class MembershipObserver
{
    /// <summary>False: it is not called at all.</summary>
    public abstract bool IsEnabled { get; }

    public abstract void Joined_NeedsLock(Members members, Connection connection);

    public abstract void Left_NeedsLock(Members members, Connection connection);
}
