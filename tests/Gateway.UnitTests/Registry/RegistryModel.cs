using Gateway.Contracts;
using Gateway.Registry;
using Gateway.UnitTests.Connections;

namespace Gateway.UnitTests.Registry;

/// <summary>
/// A simple model of the registry for some connections: sets in dictionaries. Every step is done to both, and their results
/// must be the same; a difference is returned as a text.
/// </summary>
internal sealed class RegistryModel(ConnectionRegistry registry, Func<int, Peer> newPeer, int count, Target[] targets)
{
    private readonly Dictionary<Peer, HashSet<Target>> _present = [];
    private readonly Peer[] _peers = [.. Enumerable.Range(0, count).Select(newPeer)];

    /// <summary>Who is in what, users left out of the sets: those follow from being present.</summary>
    public IReadOnlyDictionary<Peer, HashSet<Target>> Present => _present;

    /// <summary>One step, chosen by a number: which peer, what it does, and to which target.</summary>
    public string? Step(uint choice)
    {
        var index = (int)(choice % (uint)_peers.Length);
        var peer = _peers[index];
        choice /= (uint)_peers.Length;
        var target = targets[choice % (uint)targets.Length];
        choice /= (uint)targets.Length;
        if (!_present.TryGetValue(peer, out var joined))
        {
            _present.Add(peer, []);
            return registry.AddAsync(peer.Connection).IsCompletedSuccessfully ? null : "AddAsync did not end";
        }

        switch (choice % 8)
        {
            case 0:
                registry.Remove(peer.Connection);
                _present.Remove(peer);

                // A connection that was removed does not come back.
                _peers[index] = newPeer(index);
                return null;
            case 1 or 2 or 3:
                return registry.Leave(peer.Connection, target) == joined.Remove(target) ? null : $"Leave {target}";
            default:
                joined.Add(target);
                var done = registry.JoinAsync(peer.Connection, target).IsCompletedSuccessfully;
                return done && peer.Connection.Memberships.Contains(target) ? null : $"Join {target}";
        }
    }

    /// <summary>Compares everything; models of other connections of the same registry are handed in too.</summary>
    public static string? Compare(ConnectionRegistry registry, WishedTargets bus, Target[] targets, params RegistryModel[] models)
    {
        var present = models.SelectMany(m => m._present).ToList();
        var members = targets.ToDictionary(t => t, t => present.Where(p => p.Value.Contains(t)).Select(p => p.Key.Connection).ToHashSet());
        foreach (var byUser in present.GroupBy(p => Target.User(p.Key.Connection.Caller.UserId)))
            members.Add(byUser.Key, [.. byUser.Select(p => p.Key.Connection)]);
        foreach (var (target, expected) in members)
        {
            if (!expected.SetEquals(registry.Of(target))) return $"members of {target}";
            if (expected.Count == 0) continue;
            if (!registry.TryGet(target, out var found)) return $"{target} is unknown";
            for (var worker = 0; worker < 2; worker++)
            {
                if (!expected.Where(c => c.Worker == worker).ToHashSet().SetEquals(found.Capture().OfWorker(worker))) return $"worker {worker} of {target}";
            }
        }

        foreach (var (peer, joined) in present)
        {
            if (!joined.SetEquals(peer.Connection.Memberships.Rooms)) return "JoinedBy";
        }

        var occupied = members.Where(m => m.Value.Count > 0).Select(m => m.Key).ToHashSet();
        if (!occupied.IsSubsetOf(bus.Current)) return "an occupied target is not subscribed";
        if (registry.Connections != present.Count) return "Connections";
        if (registry.Users != occupied.Count(t => t.Kind == TargetKind.User)) return "Users";
        if (registry.Rooms != occupied.Count(t => t.Kind != TargetKind.User)) return "Rooms";
        return null;
    }

    /// <summary>After two sweeps no target without members is subscribed.</summary>
    public static async Task<string?> CompareSweptAsync(ConnectionRegistry registry, WishedTargets bus, params RegistryModel[] models)
    {
        await registry.SweepAsync();
        await registry.SweepAsync();
        var occupied = models.SelectMany(m => m._present).SelectMany(p => p.Value.Append(Target.User(p.Key.Connection.Caller.UserId))).ToHashSet();

        // Every connection is in "all", which stays subscribed after the last one.
        return occupied.SetEquals(bus.Current.Where(target => target != Target.All)) ? null : "what is subscribed is not what is occupied";
    }
}
