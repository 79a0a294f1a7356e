using Gateway.Contracts;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>Where a command names its room: <c>room</c>, <c>content</c> itself when it is a string, or <c>content.room</c> (contracts C6, C7).</summary>
internal static class RoomName
{
    public const string Missing = "no room: give it as \"room\"";

    public static readonly string Fault = $"not a room name: {Names.Rule}";

    public static string? Of(Command command) =>
        command.Room ?? (command.Content.ValueKind == System.Text.Json.JsonValueKind.String ? command.Content.GetString() : command.ContentString("room"));

    /// <summary>The target, or the reply that says why there is none.</summary>
    public static Reply? Read(string? name, out Target target)
    {
        target = default;
        if (name is null) return Reply.Bad(Missing);
        return Target.TryParseRoomName(name, out target) ? null : Reply.Bad(Fault);
    }
}
