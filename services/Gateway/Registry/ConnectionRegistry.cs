using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// Users, rooms and tasks → connections of this pod, and with it the pod's interest: a target is subscribed on the bus when its
/// first local member appears and left some time after its last one has gone.
/// </summary>
internal sealed class ConnectionRegistry(IMessageSubscriber subscriber, TargetPolicies policies, LaneCount lanes)
{
    private readonly ConcurrentDictionary<Target, Members> _targets = new();
    private readonly ConcurrentQueue<Members> _emptied = new();
    private readonly List<Members> _lingering = [];
    private readonly Members _everyone = new(Target.All, lanes.Value) { Policy = policies.Handling(Target.All) };
    private int _users;
    private int _rooms;

    public int Connections => _everyone.Count;

    /// <summary>Users with at least one connection here.</summary>
    public int Users => Volatile.Read(ref _users);

    /// <summary>Rooms and tasks with at least one member here.</summary>
    public int Rooms => Volatile.Read(ref _rooms);

    public Connection[] All() => _everyone.All();

    public bool TryGet(Target target, [NotNullWhen(true)] out Members? members)
    {
        if (target.Kind != TargetKind.All) return _targets.TryGetValue(target, out members);
        members = _everyone;
        return true;
    }

    public Connection[] Of(Target target) => TryGet(target, out var members) ? members.All() : [];

    /// <summary>Takes in a connection; the task ends when messages to its user reach it.</summary>
    public Task AddAsync(Connection connection)
    {
        lock (_everyone) _everyone.Add(connection);
        return JoinAsync(connection, Target.User(connection.Caller.UserId));
    }

    /// <summary>Forgets a connection everywhere.</summary>
    public void Remove(Connection connection)
    {
        lock (_everyone) _everyone.Remove(connection);
        Leave(connection, Target.User(connection.Caller.UserId));
        foreach (var target in JoinedBy(connection)) Leave(connection, target);
    }

    /// <summary>The task ends when the bus has confirmed that the target's messages reach this pod.</summary>
    public Task JoinAsync(Connection connection, Target target)
    {
        while (true)
        {
            var members = _targets.GetOrAdd(target, NewMembers);
            lock (members)
            {
                if (members.Retired) continue;
                if (members.Add(connection))
                {
                    if (target.Kind != TargetKind.User) Note(connection, target);
                    if (members.Count == 1) Occupied(members);
                }

                // Asked for every newcomer: what was confirmed once may be lost just now. One already confirmed answers at once.
                return subscriber.SubscribeAsync(target);
            }
        }
    }

    public bool Leave(Connection connection, Target target)
    {
        if (!_targets.TryGetValue(target, out var members)) return false;
        lock (members)
        {
            if (!members.Remove(connection)) return false;
            Unnote(connection, target);
            if (members.Count == 0) Vacated(members);
        }

        return true;
    }

    public static bool IsMember(Connection connection, Target target)
    {
        if (connection.Joined is not { } joined) return false;
        lock (joined) return joined.Contains(target);
    }

    /// <summary>The rooms and tasks a connection is in.</summary>
    public static Target[] JoinedBy(Connection connection)
    {
        if (connection.Joined is not { } joined) return [];
        lock (joined) return [.. joined];
    }

    /// <summary>
    /// Leaves on the bus what had no member at the last call and has none now: a lingering of one to two calls' distance.
    /// One call at a time.
    /// </summary>
    public async Task SweepAsync()
    {
        foreach (var members in _lingering) await RetireAsync(members);
        _lingering.Clear();
        while (_emptied.TryDequeue(out var members)) _lingering.Add(members);
    }

    /// <summary>The wish to leave is said under the lock, so that a newcomer's wish to subscribe comes after it.</summary>
    private Task RetireAsync(Members members)
    {
        lock (members)
        {
            if (members.Count > 0 || members.Retired) return Task.CompletedTask;
            members.Retired = true;
            var left = subscriber.UnsubscribeAsync(members.Target);
            _targets.TryRemove(new(members.Target, members));
            return left;
        }
    }

    private Members NewMembers(Target target) => new(target, lanes.Value) { Policy = policies.Handling(target) };

    private static void Note(Connection connection, Target target)
    {
        connection.Joined ??= [];
        lock (connection.Joined) connection.Joined.Add(target);
    }

    private static void Unnote(Connection connection, Target target)
    {
        if (connection.Joined is not { } joined) return;
        lock (joined) joined.Remove(target);
    }

    /// <summary>Under the members' lock.</summary>
    private void Occupied(Members members) => Interlocked.Increment(ref members.Target.Kind == TargetKind.User ? ref _users : ref _rooms);

    private void Vacated(Members members)
    {
        Interlocked.Decrement(ref members.Target.Kind == TargetKind.User ? ref _users : ref _rooms);
        _emptied.Enqueue(members);
    }
}
