using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Presence;

/// <summary>
/// Queues what changes on this pod: how many connections a user has, and how many of them are in a room with presence. Users are counted by
/// the registry, the members of a room here: a room has many users.
/// </summary>
internal sealed class PresenceTracker(IPresence presence, IOptions<PresenceOptions> options) : MembershipObserver
{
    // Changed under the room's lock.
    private readonly ConcurrentDictionary<(Target Room, string UserId), RoomMember> _roomMembers = new();

    public override bool IsEnabled => options.Value.Enabled;

    /// <summary>The users of this pod's rooms with presence.</summary>
    public IEnumerable<PresenceChange> RoomEntries =>
        _roomMembers.Select(entry => new PresenceChange(entry.Key.Room, entry.Key.UserId, entry.Value.UserName, entry.Value.Connections));

    public override void Joined_NeedsLock(Members members, Connection connection) => Changed_NeedsLock(members, connection, 1);

    public override void Left_NeedsLock(Members members, Connection connection) => Changed_NeedsLock(members, connection, -1);

    private void Changed_NeedsLock(Members members, Connection connection, int difference)
    {
        var target = members.Target;
        var caller = connection.Caller;
        if (target.Kind == TargetKind.User) presence.Change(new PresenceChange(target, target.Name, caller.UserName, members.Count));
        if (target.Kind != TargetKind.Room || !members.Policy.Presence) return;
        var key = (target, caller.UserId);
        var connections = (_roomMembers.TryGetValue(key, out var member) ? member.Connections : 0) + difference;
        if (connections > 0) _roomMembers[key] = new RoomMember(caller.UserName, connections);
        else _roomMembers.TryRemove(key, out _);
        presence.Change(new PresenceChange(target, caller.UserId, caller.UserName, connections));
    }

    private readonly record struct RoomMember(string UserName, int Connections);
}
