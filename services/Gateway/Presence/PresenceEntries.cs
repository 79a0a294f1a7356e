using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Presence;

/// <summary>All presence of this pod, for the time when it has to be written again.</summary>
internal sealed class PresenceEntries(ConnectionRegistry registry, PresenceTracker tracker, RoomPolicies policies, IOptions<PresenceOptions> options) : IPresenceSource
{
    public IEnumerable<PresenceChange> Entries => !options.Value.Enabled ? [] : Users().Concat(tracker.RoomEntries);

    public bool Has(Target target) => registry.TryGet(target, out var members) && members.Count > 0;

    public PresenceAudience AudienceOf(Target target) => (options.Value.Announce, target.Kind) switch
    {
        (PresenceAnnouncement.All, TargetKind.User) => PresenceAudience.All,
        (PresenceAnnouncement.Rooms, TargetKind.Room) when policies.Of(target).Presence => PresenceAudience.Room,
        _ => PresenceAudience.None,
    };

    private IEnumerable<PresenceChange> Users()
    {
        foreach (var members in registry.Targets)
        {
            if (members.Target.Kind != TargetKind.User) continue;
            var connections = members.All();
            if (connections.Length > 0) yield return new PresenceChange(members.Target, members.Target.Name, connections[0].Caller.UserName, connections.Length);
        }
    }
}
