using System.Collections.Frozen;

namespace Gateway.Contracts;

/// <summary>The message types of the native dialect, and those that only the gateway may send.</summary>
public static class MessageTypes
{
    public const string System = "system";
    public const string Notification = "notification";
    public const string DataUpdate = "data_update";
    public const string UserMessage = "user_message";
    public const string RoomMessage = "room_message";
    public const string Chat = "chat";

    /// <summary>Sent by the gateway to a client whose command failed, and published for a task that has failed or was cancelled.</summary>
    public const string Error = "error";

    /// <summary>Tells of messages that were lost. No publisher may use it.</summary>
    public const string Gap = "gap";

    public const int MaxLength = 64;

    private static readonly FrozenSet<string> Reserved =
        FrozenSet.ToFrozenSet(["welcome", "ack", Error, "pong", "drain", "resume", Gap, "position"]);

    /// <summary>True for a type that only the gateway sends; publishers must not use it.</summary>
    public static bool IsReserved(string type) => Reserved.Contains(type);

    /// <summary>The error text for a type that is not allowed.</summary>
    public static string ErrorFor(string type) => IsReserved(type)
        ? $"\"type\" must be another: {string.Join(", ", Reserved.Order(StringComparer.Ordinal))} are reserved for the gateway"
        : $"\"type\" must be 1 to {MaxLength} characters of A-Z a-z 0-9 : _ - . @";

    /// <summary>True for 1–64 characters of the name rule that are not reserved; <see cref="Error"/> is allowed for tasks.</summary>
    public static bool IsAllowed(string type, Target target) =>
        type.Length <= MaxLength && Names.IsName(type) && (!IsReserved(type) || (type == Error && target.Kind == TargetKind.Task));
}
