using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>
/// The receivers of one copy of a message of several targets: the members of the copy's target that are in no target listed before it.
/// The membership that counts is the one at the moment at which the copy reaches this pod. The copies of a message arrive right after
/// one another, while a batch window or a large room may keep their writes far apart.
/// </summary>
internal sealed class TargetCopy
{
    private readonly MembersSnapshot _members;
    private readonly MembersSnapshot[] _earlier;

    private TargetCopy(MembersSnapshot members, MembersSnapshot[] earlier) => (_members, _earlier) = (members, earlier);

    /// <summary>Null for a message of one target.</summary>
    public static TargetCopy? Of(Message message, Members members, ConnectionRegistry registry)
    {
        if (message.Targets.Count < 2) return null;
        var earlier = new List<MembersSnapshot>();
        foreach (var target in message.Targets)
        {
            if (target == message.Target) break;

            // While the earlier target is not subscribed, its copy does not reach this pod.
            if (registry.TryGet(target, out var others) && others is { Count: > 0, IsSubscribed: true }) earlier.Add(others.Snapshot());
        }

        return new TargetCopy(members.Snapshot(), [.. earlier]);
    }

    public Connection[] OfWorker(int worker) => _members.OfWorker(worker);

    /// <summary>Called by the connection's own worker alone.</summary>
    public bool IsFor(Connection receiver)
    {
        foreach (var members in _earlier)
        {
            if (members.Contains(receiver)) return false;
        }

        return true;
    }
}
