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
    private readonly (Target Target, Receivers Members, Position? Place)[] _earlier;

    private TargetCopy((Target Target, Receivers Members, Position? Place)[] earlier) => _earlier = earlier;

    /// <summary>Null for a message of one target.</summary>
    public static TargetCopy? Of(Message message, ConnectionRegistry registry)
    {
        if (message.Targets.Count < 2) return null;
        var earlier = new List<(Target Target, Receivers Members, Position? Place)>();
        foreach (var target in message.Targets)
        {
            if (target == message.Target) break;
            if (!registry.TryGet(target, out var others)) continue;
            Position? place = message.Placed.TryGetValue(target, out var placed) ? placed : null;
            lock (others)
            {
                // While the earlier target is not subscribed, its copy reaches this pod only from the history.
                if (others.Count > 0 && (others.IsSubscribed || place is not null)) earlier.Add((target, others.Capture(), place));
            }
        }

        return new TargetCopy([.. earlier]);
    }

    /// <summary>Called by the connection's own worker alone.</summary>
    public bool IsFor(Connection receiver)
    {
        foreach (var (target, members, place) in _earlier)
        {
            if (members.Contains(receiver) && ReceivedBefore(receiver, target, place)) return false;
        }

        return true;
    }

    /// <summary>False for a connection that joined a target after the copy that was published to it: it did not receive that copy.</summary>
    public static bool ReceivedBefore(Connection receiver, Target target, Position? place) =>
        place is null || !receiver.Memberships.TryGet(target, out var since) || since.Epoch != place.Value.Epoch || since.Offset < place.Value.Offset;
}
