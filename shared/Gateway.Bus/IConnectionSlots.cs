namespace Gateway.Bus;

/// <summary>
/// Counts the connections of each user over all pods, for the limit per user. The slots of a pod that has ended do not count. Throws
/// <see cref="BusUnavailableException"/>: then each pod counts its own.
/// </summary>
public interface IConnectionSlots
{
    /// <summary>Changes when this pod's slots no longer count, for example after an outage: they are to be taken again. Null: not known yet.</summary>
    string? Instance { get; }

    /// <summary>Takes a slot; one that is held already stays.</summary>
    /// <param name="slot">The connection.</param>
    /// <param name="most">How many slots the user may have; 0 = no limit.</param>
    /// <param name="replace">True: the oldest slots beyond the limit are given up. False: nothing is taken beyond it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<SlotResult> TakeAsync(ConnectionSlot slot, int most, bool replace, CancellationToken cancellation);

    Task GiveUpAsync(IReadOnlyCollection<ConnectionSlot> slots, CancellationToken cancellation);
}

/// <summary>One connection of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ConnectionId">The connection's id.</param>
/// <param name="Since">When it was opened, Unix milliseconds: of two, the older is replaced first.</param>
public sealed record ConnectionSlot(string UserId, Guid ConnectionId, long Since);

/// <param name="IsTaken">False beyond the limit.</param>
/// <param name="Replaced">Connections, on whatever pod, that have lost their slot.</param>
public readonly record struct SlotResult(bool IsTaken, IReadOnlyList<Guid> Replaced);
