using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// The local connections of one target. Changes take the lock, which is the object itself because there is one object per user.
/// The fan-out reads a snapshot that is built by the first message after a change, so that joining costs nothing per member and
/// reading takes no lock while the membership does not change.
/// </summary>
internal sealed class Members(Target target, int workers)
{
    /// <summary>Up to this count an array is smaller and faster than a set; most users and rooms stay below.</summary>
    private const int SmallCount = 8;

    private Connection[] _few = [];
    private HashSet<Connection>? _many;
    private Connection[][]? _snapshot;

    public Target Target { get; } = target;

    public TargetPolicy Policy { get; init; } = TargetPolicy.Default;

    /// <summary>True once this object has been removed from the registry: who joins must look it up again.</summary>
    public bool Retired { get; set; }

    public int Count => _many?.Count ?? _few.Length;

    /// <summary>Called under the lock.</summary>
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

    /// <summary>Called under the lock.</summary>
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

    /// <summary>The members that one fan-out worker writes to. The array never changes.</summary>
    public Connection[] OfWorker(int worker)
    {
        // Most users have one connection, which needs no snapshot. With many members this array is empty or full, never of one.
        var few = Volatile.Read(ref _few);
        if (few.Length == 1) return few[0].Worker == worker ? few : [];
        return (Volatile.Read(ref _snapshot) ?? TakeSnapshot())[worker];
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
            var snapshot = new Connection[workers][];
            for (var worker = 0; worker < workers; worker++) snapshot[worker] = Array.FindAll(all, c => c.Worker == worker);
            Volatile.Write(ref _snapshot, snapshot);
            return snapshot;
        }
    }
}

/// <summary>How many fan-out workers the connections are divided among.</summary>
internal sealed record WorkerCount(int Value);
