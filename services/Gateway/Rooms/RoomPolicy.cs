using System.ComponentModel.DataAnnotations;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Rooms;

/// <summary>What holds in the rooms whose name matches <see cref="Pattern"/>; the first match counts.</summary>
internal sealed class RoomPolicy : IValidatableObject
{
    private TargetPolicy? _handling;

    /// <summary>Room name with <c>*</c> for any run of characters; <c>user:*</c> and <c>task:*</c> are users and tasks, <c>all</c> what goes to everybody.</summary>
    public string Pattern { get; set; } = "";

    public Access Join { get; set; } = Access.Open;

    public Access Publish { get; set; } = Access.Member;

    /// <summary>What happens to a receiver that is slower than the room: <c>Close</c> (default) or <c>DropOldest</c>.</summary>
    public OverflowPolicy Overflow { get; set; }

    /// <summary>
    /// How long a message may wait for others, so that all go out in one write: milliseconds given for CPU. 0–100 ms; default 0: not at all.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.1")]
    public TimeSpan BatchWindow { get; set; }

    /// <summary>What of it concerns delivery.</summary>
    internal TargetPolicy Handling => _handling ??= new TargetPolicy(Overflow, BatchWindow);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var example = Pattern.Replace('*', 'x');
        if (!Names.IsName(example)) yield return new ValidationResult($"must be {Names.Rule}, with * for any run of characters", [nameof(Pattern)]);
    }

    public bool Matches(Target target) => new NamePattern(Pattern).Matches(target.RoomName);
}
