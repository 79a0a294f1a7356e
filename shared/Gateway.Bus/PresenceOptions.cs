using System.ComponentModel.DataAnnotations;

namespace Gateway.Bus;

/// <summary>Section <c>Presence</c>: which users are online and in which rooms, over all pods.</summary>
public sealed class PresenceOptions
{
    /// <summary>Record who is connected. Default true. False: no Redis command, <c>/ws/online-users</c> and <c>room_members</c> are refused.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Which clients get <c>user_status</c>: <c>Rooms</c> (default): the members of rooms whose policy has <c>Presence</c>; <c>All</c>: every client, when
    /// a user comes online or goes offline; <c>None</c>.
    /// </summary>
    public PresenceAnnouncement Announce { get; set; }

    /// <summary>
    /// How long the entries of a pod count after its last sign of life. It is renewed three times as often. Default 15 s. Range 1 s–5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Which clients are told who comes and goes.</summary>
public enum PresenceAnnouncement
{
    Rooms,
    All,
    None,
}
