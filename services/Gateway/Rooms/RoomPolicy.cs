using System.ComponentModel.DataAnnotations;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Rooms;

/// <summary>The rules of the rooms whose name matches <see cref="Pattern"/>; the first match counts.</summary>
internal sealed class RoomPolicy : IValidatableObject
{
    private TargetPolicy? _handling;

    /// <summary>Room name with <c>*</c> for any run of characters; <c>user:*</c> and <c>task:*</c> are users and tasks, <c>all</c> are messages to everybody.</summary>
    public string Pattern { get; set; } = "";

    public Access Join { get; set; } = Access.Open;

    public Access Publish { get; set; } = Access.Member;

    /// <summary>What happens to a receiver that is slower than the room: <c>Close</c> (default) or <c>DropOldest</c>.</summary>
    public OverflowPolicy Overflow { get; set; }

    /// <summary>
    /// How long a message may wait for others, so that all are sent in one write: adds latency, saves CPU. 0–100 ms; default 0: not at all.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.1")]
    public TimeSpan BatchWindow { get; set; }

    /// <summary>How many of the latest messages a new member gets, where history is kept. 0–64; default 0, for tasks 1.</summary>
    [Range(0, 64)]
    public int Rewind { get; set; }

    /// <summary>Whether the room's users are recorded: <c>room_members</c> lists them, and they are told who comes and goes. Default false.</summary>
    public bool Presence { get; set; }

    /// <summary>The part that the registry and delivery use.</summary>
    internal TargetPolicy Handling => _handling ??= new TargetPolicy(Overflow, BatchWindow, Rewind, Presence);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var example = Pattern.Replace('*', 'x');
        if (!Names.IsName(example)) yield return new ValidationResult($"must be {Names.Rule}, with * for any run of characters", [nameof(Pattern)]);
    }

    public bool Matches(Target target) => new NamePattern(Pattern).Matches(target.RoomName);
}

/// <summary>Who may join a room or publish to it.</summary>
internal enum Access
{
    /// <summary>Any authenticated user.</summary>
    Open,

    /// <summary>To join: a claim <c>rooms</c> with a matching pattern. To publish: the members of the room.</summary>
    Member,

    /// <summary>The user the target belongs to.</summary>
    Owner,

    /// <summary>Operators.</summary>
    Operator,

    /// <summary>No client: services only.</summary>
    Closed,
}
