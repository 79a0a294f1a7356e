using System.Diagnostics.CodeAnalysis;

namespace Gateway.Contracts;

/// <summary>
/// A target of a message, written <c>user:&lt;id&gt;</c>, <c>room:&lt;name&gt;</c>, <c>task:&lt;id&gt;</c>
/// or <c>all</c>. <see cref="Name"/> is empty for <c>all</c>.
/// </summary>
public readonly record struct Target(TargetKind Kind, string Name)
{
    public static readonly Target All = new(TargetKind.All, "");

    /// <summary>What <see cref="TryParse"/> accepts, for error texts.</summary>
    public const string Shape = "user:<id>, room:<name>, task:<id> or all";

    public static Target User(string id) => new(TargetKind.User, id);

    public static Target Room(string name) => new(TargetKind.Room, name);

    public static Target Task(string id) => new(TargetKind.Task, id);

    /// <summary>Reads the written form; the name must obey the rule of its kind (<see cref="Names"/>).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Target target)
    {
        target = text == "all" ? All : Split(text);
        return target.IsValid;
    }

    /// <summary>
    /// Parses the room name of a client: <c>user:x</c> and <c>task:x</c> are those targets, everything else is a room.
    /// </summary>
    public static bool TryParseRoomName([NotNullWhen(true)] string? name, out Target target)
    {
        target = Split(name) is { Kind: TargetKind.User or TargetKind.Task } own ? own : new Target(TargetKind.Room, name ?? "");
        return target.IsValid;
    }

    /// <summary>The inverse of <see cref="TryParseRoomName"/>: how a client names this target.</summary>
    public string RoomName => Kind == TargetKind.Room ? Name : ToString();

    public bool IsValid => Kind switch
    {
        TargetKind.All => Name is "",
        TargetKind.User => Names.IsUserId(Name),
        _ => Names.IsName(Name),
    };

    public override string ToString() => Kind switch
    {
        TargetKind.User => "user:" + Name,
        TargetKind.Room => "room:" + Name,
        TargetKind.Task => "task:" + Name,
        _ => "all",
    };

    private static Target Split(string? text) => text switch
    {
        not null when text.StartsWith("user:", StringComparison.Ordinal) => User(text[5..]),
        not null when text.StartsWith("room:", StringComparison.Ordinal) => Room(text[5..]),
        not null when text.StartsWith("task:", StringComparison.Ordinal) => Task(text[5..]),
        _ => new Target(TargetKind.Room, ""),
    };
}

/// <summary>What a message can be addressed to.</summary>
public enum TargetKind : byte
{
    /// <summary>All connections of one user, on every pod.</summary>
    User,

    /// <summary>The members of a room.</summary>
    Room,

    /// <summary>Those who watch a task.</summary>
    Task,

    /// <summary>Every connection.</summary>
    All,
}
