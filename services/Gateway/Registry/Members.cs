using Gateway.Connections;
using Gateway.Contracts;

namespace Gateway.Registry;

/// <summary>
/// The local connections of one target, and the place up to which its messages were handed to delivery. Changes take the lock, which is
/// the object itself because there is one object per user. A message captures its receivers under the lock, so that who joins at a place
/// receives exactly the messages after it. The snapshot is built by the first message after a change: joining costs nothing per member.
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

    /// <summary>Joins that are waiting for the bus or replay what they missed: the target stays subscribed for them.</summary>
    public int Joining { get; set; }

    /// <summary>Counts the members that left and stay connected: they must not receive what was captured before.</summary>
    public int Departures { get; private set; }

    /// <summary>The place of the last message that was received; null without history, or while it is not known.</summary>
    public Position? Position { get; set; }

    /// <summary>The newest messages, kept while a connection replays what it missed; null while none does.</summary>
    public RecentMessages? Recent { get; private set; }

    /// <summary>Set whenever the bus was asked to subscribe the target.</summary>
    public Task? Subscription { set => Volatile.Write(ref _subscription, value); }

    /// <summary>True once the bus has confirmed that messages reach this pod.</summary>
    public bool IsSubscribed => Volatile.Read(ref _subscription) is { IsCompletedSuccessfully: true };

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

        _snapshot = null;
        return true;
    }

    /// <summary>Called under the lock.</summary>
    /// <param name="connection">The member.</param>
    /// <param name="staysConnected">False when it is removed because it is closed: it receives nothing more anyway.</param>
    public bool Remove(Connection connection, bool staysConnected)
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

        _snapshot = null;
        if (staysConnected) Departures++;
        return true;
    }

    /// <summary>From now on newer messages are kept. Called under the lock.</summary>
    public void BeginReplay() => (Recent ??= new RecentMessages()).Replays++;

    /// <summary>Called under the lock.</summary>
    public void EndReplay()
    {
        if (--Recent!.Replays == 0) Recent = null;
    }

    /// <summary>The members at this moment. Called under the lock.</summary>
    public Receivers Capture()
    {
        // Most users have one connection, which needs no snapshot.
        if (_many is null && _few.Length <= 1) return new Receivers(_few);
        return new Receivers(_snapshot ??= new MembersSnapshot(_many is null ? _few : [.. _many], workers));
    }

    public Connection[] All()
    {
        lock (this) return _many is null ? _few : [.. _many];
    }

    /// <summary>Those of them that are still members.</summary>
    public Connection[] StillIn(Connection[] receivers)
    {
        lock (this) return Array.FindAll(receivers, c => _many?.Contains(c) ?? Array.IndexOf(_few, c) >= 0);
    }
}

/// <summary>The members of a target at one moment: none, one, or a snapshot. It never changes.</summary>
internal readonly struct Receivers
{
    private readonly Connection[]? _one;
    private readonly MembersSnapshot? _snapshot;

    /// <param name="one">At most one.</param>
    public Receivers(Connection[] one) => _one = one;

    public Receivers(MembersSnapshot snapshot) => _snapshot = snapshot;

    public Connection[] OfWorker(int worker)
    {
        if (_snapshot is not null) return _snapshot.OfWorker(worker);
        return _one is { Length: 1 } && _one[0].Worker == worker ? _one : [];
    }

    /// <summary>Called by the connection's own worker alone.</summary>
    public bool Contains(Connection connection) => _snapshot?.Contains(connection) ?? (_one is { Length: 1 } && _one[0] == connection);

    /// <summary>True for what was captured without a change of the members in between.</summary>
    public bool IsSameAs(Receivers other) => _snapshot == other._snapshot && _one == other._one;
}

/// <summary>Several members of a target at one moment, divided among the fan-out workers.</summary>
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
