using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// Maps users, rooms and tasks to the connections of this pod. A target is subscribed on the bus when its first local member
/// appears, and unsubscribed some time after its last member has left.
/// </summary>
internal sealed class ConnectionRegistry(IMessageSubscriber subscriber, TargetPolicies policies, WorkerCount workers)
{
    private readonly ConcurrentDictionary<Target, Members> _targets = new();
    private readonly ConcurrentQueue<Members> _emptied = new();
    private readonly List<Members> _lingering = [];
    private readonly Members _everyone = new(Target.All, workers.Value) { Policy = policies.Handling(Target.All) };
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

    /// <summary>Registers a connection. The task completes when messages to its user reach it.</summary>
    public Task AddAsync(Connection connection)
    {
        lock (_everyone) _everyone.Add(connection);
        return JoinAsync(connection, Target.User(connection.Caller.UserId));
    }

    /// <summary>Removes a connection from all its targets.</summary>
    public void Remove(Connection connection)
    {
        lock (_everyone) _everyone.Remove(connection);
        Leave(connection, Target.User(connection.Caller.UserId));
        foreach (var target in JoinedBy(connection)) Leave(connection, target);
    }

    /// <summary>The task completes when the bus has confirmed that the target's messages reach this pod.</summary>
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
                    if (target.Kind != TargetKind.User) AddJoined(connection, target);
                    if (members.Count == 1) CountOccupied_NeedsLock(members);
                }

                // Requested for every new member: a subscription that was confirmed once may be lost now. A confirmed one completes at once.
                var subscribed = subscriber.SubscribeAsync(target);
                members.Subscription = subscribed;
                return subscribed;
            }
        }
    }

    public bool Leave(Connection connection, Target target)
    {
        if (!_targets.TryGetValue(target, out var members)) return false;
        lock (members)
        {
            if (!members.Remove(connection)) return false;
            RemoveJoined(connection, target);
            if (members.Count == 0) CountVacated_NeedsLock(members);
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
    /// Unsubscribes targets that had no member at the last call and have none now, so that a target stays subscribed for one to two
    /// intervals after its last member has left. Not reentrant.
    /// </summary>
    public async Task SweepAsync()
    {
        foreach (var members in _lingering) await RetireAsync(members);
        _lingering.Clear();
        while (_emptied.TryDequeue(out var members)) _lingering.Add(members);
    }

    /// <summary>The bus is asked under the lock, so that the subscription of a new member comes after the unsubscription.</summary>
    private Task RetireAsync(Members members)
    {
        lock (members)
        {
            if (members.Count > 0 || members.Retired) return Task.CompletedTask;
            members.Retired = true;
            var unsubscribed = subscriber.UnsubscribeAsync(members.Target);
            _targets.TryRemove(new(members.Target, members));
            return unsubscribed;
        }
    }

    private Members NewMembers(Target target) => new(target, workers.Value) { Policy = policies.Handling(target) };

    private static void AddJoined(Connection connection, Target target)
    {
        connection.Joined ??= [];
        lock (connection.Joined) connection.Joined.Add(target);
    }

    private static void RemoveJoined(Connection connection, Target target)
    {
        if (connection.Joined is not { } joined) return;
        lock (joined) joined.Remove(target);
    }

    private void CountOccupied_NeedsLock(Members members) => Interlocked.Increment(ref members.Target.Kind == TargetKind.User ? ref _users : ref _rooms);

    private void CountVacated_NeedsLock(Members members)
    {
        Interlocked.Decrement(ref members.Target.Kind == TargetKind.User ? ref _users : ref _rooms);
        _emptied.Enqueue(members);
    }
}
