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
    internal const int SmallCount = 8;

    private Connection[] _few = [];
    private HashSet<Connection>? _many;
    private MembersSnapshot? _snapshot;
    private Task? _subscription;

    public Target Target { get; } = target;

    public TargetPolicy Policy { get; init; } = TargetPolicy.Default;

    /// <summary>True once this object has been removed from the registry: who joins must look it up again.</summary>
    public bool Retired { get; set; }

    /// <summary>Set under the lock, whenever the bus was asked to subscribe the target.</summary>
    public Task? Subscription { set => Volatile.Write(ref _subscription, value); }

    /// <summary>True once the bus has confirmed that messages reach this pod; <c>all</c> is subscribed from the start.</summary>
    public bool IsSubscribed => Target.Kind == TargetKind.All || Volatile.Read(ref _subscription) is { IsCompletedSuccessfully: true };

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
        return Snapshot().OfWorker(worker);
    }

    public MembersSnapshot Snapshot() => Volatile.Read(ref _snapshot) ?? TakeSnapshot();

    public Connection[] All()
    {
        lock (this) return _many is null ? _few : [.. _many];
    }

    private MembersSnapshot TakeSnapshot()
    {
        lock (this)
        {
            var snapshot = new MembersSnapshot(_many is null ? _few : [.. _many], workers);
            Volatile.Write(ref _snapshot, snapshot);
            return snapshot;
        }
    }
}

/// <summary>The members of a target at one moment, divided among the fan-out workers.</summary>
internal sealed class MembersSnapshot
{
    private readonly Connection[][] _byWorker;

    // Made where it is asked for: by messages of several targets alone.
    private readonly HashSet<Connection>?[] _sets;

    public MembersSnapshot(Connection[] members, int workers)
    {
        _byWorker = new Connection[workers][];
        _sets = new HashSet<Connection>?[workers];
        for (var worker = 0; worker < workers; worker++) _byWorker[worker] = Array.FindAll(members, c => c.Worker == worker);
    }

    public Connection[] OfWorker(int worker) => _byWorker[worker];

    /// <summary>Called by the connection's own worker alone, so that the set needs no lock.</summary>
    public bool Contains(Connection connection)
    {
        var members = _byWorker[connection.Worker];
        if (members.Length <= Members.SmallCount) return Array.IndexOf(members, connection) >= 0;
        return (_sets[connection.Worker] ??= [.. members]).Contains(connection);
    }
}

/// <summary>How many fan-out workers the connections are divided among.</summary>
internal sealed record WorkerCount(int Value);
