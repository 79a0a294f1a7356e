using System.Collections.Frozen;

namespace Gateway.Contracts;

/// <summary>The types of the native dialect (contract C4) and those that only the gateway itself may send.</summary>
public static class MessageTypes
{
    public const string System = "system";
    public const string Notification = "notification";
    public const string DataUpdate = "data_update";
    public const string UserMessage = "user_message";
    public const string RoomMessage = "room_message";
    public const string Chat = "chat";

    /// <summary>Said by the gateway to a client whose command went wrong, and by a task of itself: it has failed or was cancelled.</summary>
    public const string Error = "error";

    /// <summary>Tells of messages that were lost. No publisher may use it.</summary>
    public const string Gap = "gap";

    public const int MaxLength = 64;

    private static readonly FrozenSet<string> Reserved =
        FrozenSet.ToFrozenSet(["welcome", "ack", Error, "pong", "drain", "resume", Gap, "position"]);

    /// <summary>True for a type the gateway alone speaks; a publisher that uses it is refused.</summary>
    public static bool IsReserved(string type) => Reserved.Contains(type);

    /// <summary>What is wrong with a type that is not allowed.</summary>
    public static string ErrorFor(string type) => IsReserved(type)
        ? $"\"type\" must be another: {string.Join(", ", Reserved.Order(StringComparer.Ordinal))} are the gateway's own"
        : $"\"type\" must be 1 to {MaxLength} characters of A-Z a-z 0-9 : _ - . @";

    /// <summary>True for 1–64 characters of the name rule that are not reserved; a task may say <see cref="Error"/>.</summary>
    public static bool IsAllowed(string type, Target target) =>
        type.Length <= MaxLength && Names.IsName(type) && (!IsReserved(type) || (type == Error && target.Kind == TargetKind.Task));
}
