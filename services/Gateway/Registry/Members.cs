using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// The local connections of one target. Changes take the lock; the fan-out reads a snapshot that is built when a message comes
/// after a change, so that joining costs nothing per member and reading takes no lock while membership stands still. The lock is
/// the object itself: there is one for every user.
/// </summary>
internal sealed class Members(Target target, int lanes)
{
    /// <summary>Up to here a list is smaller and faster than a set; most users and rooms stay below.</summary>
    private const int SmallCount = 8;

    private Connection[] _few = [];
    private HashSet<Connection>? _many;
    private Connection[][]? _snapshot;

    public Target Target { get; } = target;

    public TargetPolicy Policy { get; init; } = TargetPolicy.Default;

    /// <summary>True once it has left the registry: a newcomer must look again.</summary>
    public bool Retired { get; set; }

    public int Count => _many?.Count ?? _few.Length;

    /// <summary>Under the lock.</summary>
    public bool Add(Connection connection)
    {
        if (_many is null && _few.Length >= SmallCount) _many = [.. _few];
        if (_many is not null)
        {
            if (!_many.Add(connection)) return false;
        }
        else
        {
            if (Array.IndexOf(_few, connection) >= 0) return false;
            _few = [.. _few, connection];
        }

        Volatile.Write(ref _snapshot, null);
        return true;
    }

    /// <summary>Under the lock.</summary>
    public bool Remove(Connection connection)
    {
        if (_many is not null)
        {
            if (!_many.Remove(connection)) return false;
            if (_many.Count == 0) _many = null;
            _few = [];
        }
        else
        {
            var rest = Array.FindAll(_few, c => c != connection);
            if (rest.Length == _few.Length) return false;
            _few = rest;
        }

        Volatile.Write(ref _snapshot, null);
        return true;
    }

    /// <summary>The members that one fan-out loop writes to. The array never changes.</summary>
    public Connection[] InLane(int lane)
    {
        // Most users have one connection: it needs no snapshot. With many members this list is empty or full, never of one.
        var few = Volatile.Read(ref _few);
        if (few.Length == 1) return few[0].Lane == lane ? few : [];
        return (Volatile.Read(ref _snapshot) ?? TakeSnapshot())[lane];
    }

    public Connection[] All()
    {
        lock (this) return _many is null ? _few : [.. _many];
    }

    private Connection[][] TakeSnapshot()
    {
        lock (this)
        {
            var all = _many is null ? _few : [.. _many];
            var snapshot = new Connection[lanes][];
            for (var lane = 0; lane < lanes; lane++) snapshot[lane] = Array.FindAll(all, c => c.Lane == lane);
            Volatile.Write(ref _snapshot, snapshot);
            return snapshot;
        }
    }
}
