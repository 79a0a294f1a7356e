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
internal sealed class ConnectionRegistry
{
    private readonly IMessageSubscriber _subscriber;
    private readonly TargetPolicies _policies;
    private readonly MembershipObserver? _observer;
    private readonly int _workers;
    private readonly ConcurrentDictionary<Target, Members> _targets = new();
    private readonly ConcurrentQueue<Members> _emptied = new();
    private readonly List<Members> _lingering = [];
    private readonly HashSet<Connection> _open = [];
    private int _users;
    private int _rooms;

    public ConnectionRegistry(IMessageSubscriber subscriber, TargetPolicies policies, WorkerCount workers, MembershipObserver? observer = null)
    {
        _subscriber = subscriber;
        _policies = policies;
        if (observer is { IsEnabled: true }) _observer = observer;
        _workers = workers.Value;

        // Subscribed from the start, so its place may become known before anybody joins.
        _targets[Target.All] = NewMembers(Target.All);
    }

    public int Connections => _open.Count;

    /// <summary>Users with at least one connection here.</summary>
    public int Users => Volatile.Read(ref _users);

    /// <summary>Rooms and tasks with at least one member here.</summary>
    public int Rooms => Volatile.Read(ref _rooms);

    /// <summary>All targets, also such without members.</summary>
    public IEnumerable<Members> Targets => _targets.Select(entry => entry.Value);

    public Connection[] All()
    {
        lock (_open) return [.. _open];
    }

    public bool TryGet(Target target, [NotNullWhen(true)] out Members? members) => _targets.TryGetValue(target, out members);

    public Connection[] Of(Target target) => TryGet(target, out var members) ? members.All() : [];

    /// <summary>Registers an open connection, which is in no target yet.</summary>
    public void Add(Connection connection)
    {
        lock (_open) _open.Add(connection);
    }

    /// <summary>Removes a connection from all its targets; joins that are still pending will not add it.</summary>
    public void Remove(Connection connection)
    {
        lock (_open) _open.Remove(connection);
        foreach (var target in connection.Memberships.Close()) Leave(connection, target, staysConnected: false);
    }

    /// <summary>
    /// The first step of a join: subscribes the target. To be followed by <see cref="Complete"/> or <see cref="Abandon"/>, until which the
    /// target stays subscribed.
    /// </summary>
    public PendingJoin Begin(Target target)
    {
        var wait = default(SpinWait);
        while (true)
        {
            var members = _targets.GetOrAdd(target, NewMembers);
            lock (members)
            {
                if (!members.Retired) members.Joining++;
            }

            // The bus is asked without the lock, because it may call the receiver, which takes the lock, while it holds its own.
            // Asked for every join: a subscription that was confirmed once may be lost now. A confirmed one completes at once.
            if (!members.Retired) return new PendingJoin(members, members.Subscription = _subscriber.SubscribeAsync(target));
            wait.SpinOnce();
        }
    }

    /// <summary>
    /// The second step: adds the member. It receives what comes after the place that <paramref name="joined"/> is called with, and
    /// nothing of it before that call has returned. False if the connection was removed meanwhile.
    /// </summary>
    /// <param name="join">The first step; its subscription is confirmed.</param>
    /// <param name="connection">The new member.</param>
    /// <param name="since">The place from which it has received the target's messages; null: the present one.</param>
    /// <param name="joined">Called under the target's lock with the present place, null without history.</param>
    public bool Complete(PendingJoin join, Connection connection, Position? since, Action<Position?>? joined)
    {
        var members = join.Members;
        lock (members)
        {
            EndJoin_NeedsLock(members);
            if (!connection.Memberships.Add(members.Target, since ?? members.Position)) return false;
            if (members.Add(connection))
            {
                if (members.Count == 1) CountOccupied_NeedsLock(members);
                _observer?.Joined_NeedsLock(members, connection);
            }

            joined?.Invoke(members.Position);
            return true;
        }
    }

    /// <summary>Gives up a join.</summary>
    public void Abandon(PendingJoin join)
    {
        lock (join.Members)
        {
            EndJoin_NeedsLock(join.Members);
            if (join.Members is { Count: 0, Joining: 0 }) _emptied.Enqueue(join.Members);
        }
    }

    public bool Leave(Connection connection, Target target, bool staysConnected = true)
    {
        if (!_targets.TryGetValue(target, out var members)) return false;
        lock (members)
        {
            if (!members.Remove(connection, staysConnected)) return false;
            connection.Memberships.Remove(target);
            if (members.Count == 0) CountVacated_NeedsLock(members);
            _observer?.Left_NeedsLock(members, connection);
        }

        return true;
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

    /// <summary>The entry is removed after the unsubscription, so that the subscription of a new member comes after it.</summary>
    private Task RetireAsync(Members members)
    {
        lock (members)
        {
            if (members.Count > 0 || members.Joining > 0 || members.Retired || members.Target.Kind == TargetKind.All) return Task.CompletedTask;
            members.Retired = true;
        }

        var unsubscribed = _subscriber.UnsubscribeAsync(members.Target);
        _targets.TryRemove(new(members.Target, members));
        return unsubscribed;
    }

    private Members NewMembers(Target target) => new(target, _workers) { Policy = _policies.Handling(target) };

    private static void EndJoin_NeedsLock(Members members) => members.Joining--;

    private void CountOccupied_NeedsLock(Members members)
    {
        if (members.Target.Kind == TargetKind.User) Interlocked.Increment(ref _users);
        else if (members.Target.Kind != TargetKind.All) Interlocked.Increment(ref _rooms);
    }

    private void CountVacated_NeedsLock(Members members)
    {
        if (members.Target.Kind == TargetKind.User) Interlocked.Decrement(ref _users);
        else if (members.Target.Kind != TargetKind.All) Interlocked.Decrement(ref _rooms);
        _emptied.Enqueue(members);
    }
}

/// <summary>A join between its two steps.</summary>
/// <param name="Members">The target's members.</param>
/// <param name="Subscribed">Completes when the bus has confirmed the subscription and, with history, the place of the target is known.</param>
internal sealed record PendingJoin(Members Members, Task Subscribed)
{
    public Target Target => Members.Target;
}
