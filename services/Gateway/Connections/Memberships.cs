using Gateway.Contracts;

namespace Gateway.Connections;

/// <summary>
/// The targets that one connection is in, each with the place from which it has received their messages. Changed by the registry alone.
/// </summary>
internal sealed class Memberships
{
    // Every connection is in its user and in "all", so these two need no dictionary. An epoch of null: no history.
    private string? _user;
    private Position _userSince;
    private Position _allSince;
    private bool _isInAll;
    private bool _isClosed;
    private Dictionary<Target, Position>? _rooms;
    private HashSet<Target>? _pending;

    /// <summary>Rooms and tasks, pending ones included, without the connection's own user and <c>all</c>.</summary>
    public int RoomCount
    {
        get
        {
            lock (this) return (_rooms?.Count ?? 0) + (_pending?.Count ?? 0);
        }
    }

    /// <summary>The rooms and tasks.</summary>
    public Target[] Rooms
    {
        get
        {
            lock (this) return [.. _rooms?.Keys ?? Enumerable.Empty<Target>()];
        }
    }

    /// <summary>False after <see cref="Close"/>.</summary>
    public bool Add(Target target, Position? since)
    {
        lock (this)
        {
            if (_isClosed) return false;
            _pending?.Remove(target);
            var place = since ?? default;
            if (target.Kind == TargetKind.User) (_user, _userSince) = (target.Name, place);
            else if (target.Kind == TargetKind.All) (_isInAll, _allSince) = (true, place);
            else (_rooms ??= [])[target] = place;
            return true;
        }
    }

    /// <summary>A target of the handshake that the bus has not confirmed: it is joined when the bus returns, unless the client leaves it.</summary>
    public void AddPending(Target target)
    {
        lock (this) (_pending ??= []).Add(target);
    }

    public bool IsPending(Target target)
    {
        lock (this) return _pending is not null && _pending.Contains(target);
    }

    /// <summary>True if it was pending.</summary>
    public bool RemovePending(Target target)
    {
        lock (this) return _pending is not null && _pending.Remove(target);
    }

    public void Remove(Target target)
    {
        lock (this)
        {
            if (target.Kind == TargetKind.User) _user = null;
            else if (target.Kind == TargetKind.All) _isInAll = false;
            else _rooms?.Remove(target);
        }
    }

    public bool Contains(Target target) => TryGet(target, out _);

    /// <summary>True for a target that the connection is in.</summary>
    /// <param name="target">Any target.</param>
    /// <param name="since">The place from which it has received the target's messages; its epoch is null without history.</param>
    public bool TryGet(Target target, out Position since)
    {
        lock (this)
        {
            switch (target.Kind)
            {
                case TargetKind.User:
                    since = _userSince;
                    return _user == target.Name;
                case TargetKind.All:
                    since = _allSince;
                    return _isInAll;
                default:
                    since = default;
                    return _rooms is not null && _rooms.TryGetValue(target, out since);
            }
        }
    }

    /// <summary>Refuses further targets; returns all that the connection is in.</summary>
    public List<Target> Close()
    {
        lock (this)
        {
            _isClosed = true;
            List<Target> targets = [.. _rooms?.Keys ?? Enumerable.Empty<Target>()];
            if (_user is not null) targets.Add(Target.User(_user));
            if (_isInAll) targets.Add(Target.All);
            return targets;
        }
    }
}
