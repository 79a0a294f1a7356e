using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// Who is connected and who is in which room, over all pods. Entries are written behind: a change is queued and merged with others of the
/// same user and target. The entries of a pod that has ended do not stay: another pod removes them.
/// </summary>
public interface IPresence
{
    /// <summary>
    /// Keeps this pod's lease and writes its changes until the token is cancelled, then removes its entries. Called once. After an outage of the
    /// bus all entries of <paramref name="source"/> are written again.
    /// </summary>
    Task RunAsync(IPresenceSource source, CancellationToken cancellation);

    /// <summary>Queues a change. Never waits, and may be called under a lock.</summary>
    void Change(in PresenceChange change);

    /// <summary>The users in a room. Throws <see cref="BusUnavailableException"/>.</summary>
    /// <param name="room">A room with presence.</param>
    /// <param name="limit">The most users in the result.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<PresencePage> GetMembersAsync(Target room, int limit, CancellationToken cancellation);

    /// <summary>The connected users, ordered by id. Throws <see cref="BusUnavailableException"/>.</summary>
    /// <param name="after">Only users behind this id; null: from the first one.</param>
    /// <param name="limit">The most users in the result.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<PresencePage> GetOnlineAsync(string? after, int limit, CancellationToken cancellation);
}

/// <summary>What this pod knows itself.</summary>
public interface IPresenceSource
{
    /// <summary>All entries of this pod. A change that is queued during the enumeration counts more.</summary>
    IEnumerable<PresenceChange> Entries { get; }

    /// <summary>Whether this pod has an entry of this target.</summary>
    bool Has(Target target);

    /// <summary>Who is told about changes of a target.</summary>
    PresenceAudience AudienceOf(Target target);
}

/// <summary>The present state of one user in one target of this pod.</summary>
/// <param name="Target">The user, or a room.</param>
/// <param name="UserId">The user.</param>
/// <param name="UserName">How the user is shown.</param>
/// <param name="Connections">How many of its connections are in the target; 0 = it has left.</param>
public readonly record struct PresenceChange(Target Target, string UserId, string UserName, int Connections);

/// <summary>Who receives <c>user_status</c>.</summary>
public enum PresenceAudience : byte
{
    None,

    /// <summary>The members of the room.</summary>
    Room,

    /// <summary>Every connection; when the user goes offline, <c>user_offline</c> too.</summary>
    All,
}

/// <param name="Total">All users, those of other pages included.</param>
/// <param name="Users">This page.</param>
/// <param name="HasMore">Whether there are users behind this page.</param>
public sealed record PresencePage(long Total, IReadOnlyList<PresentUser> Users, bool HasMore);

/// <param name="UserId">The user.</param>
/// <param name="UserName">How the user is shown.</param>
/// <param name="Connections">Its connections on all pods.</param>
public sealed record PresentUser(string UserId, string UserName, int Connections);
