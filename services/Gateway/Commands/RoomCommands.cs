using System.Text.Json;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Rooms;

namespace Gateway.Commands;

/// <summary><c>join_room</c>. The ack means that delivery has begun.</summary>
internal sealed class JoinRoom(Membership membership) : ClientCommand
{
    public override string Type => "join_room";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (!RoomName.TryRead(RoomName.Of(command), out var target, out var error)) return error;
        return await membership.JoinAsync(connection, target, cancellation) switch
        {
            JoinOutcome.Joined => Reply.Ok("room", target.RoomName),
            JoinOutcome.TooMany => Reply.TooMany("this connection is in as many rooms as it may be; leave one first"),
            _ => Reply.Forbidden("the policy of this room does not let you in"),
        };
    }
}

/// <summary><c>leave_room</c>.</summary>
internal sealed class LeaveRoom(Membership membership) : ClientCommand
{
    public override string Type => "leave_room";

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (!RoomName.TryRead(RoomName.Of(command), out var target, out var error)) return new(error);
        if (target.Kind == TargetKind.User) return new(Reply.Invalid("your own user cannot be left; close the connection"));
        return new(membership.Leave(connection, target) ? Reply.Ok("room", target.RoomName) : Reply.NotMember("you are not in this room"));
    }
}

/// <summary>Where a command names its room: <c>room</c>, <c>content</c> itself when it is a string, or <c>content.room</c>.</summary>
internal static class RoomName
{
    public static string? Of(Command command) =>
        command.Room ?? (command.Content.ValueKind == JsonValueKind.String ? command.Content.GetString() : command.ContentString("room"));

    /// <summary>False with the error reply when the name is missing or invalid.</summary>
    public static bool TryRead(string? name, out Target target, out Reply error)
    {
        target = default;
        error = name is null ? Reply.Invalid("no room: give it as \"room\"") : default;
        if (name is null) return false;
        if (Target.TryParseRoomName(name, out target)) return true;
        error = Reply.Invalid($"not a room name: {Names.Rule}");
        return false;
    }
}
