using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Rooms;

namespace Gateway.Commands;

/// <summary><c>join_room</c>, with a <c>cursor</c> to resume. The ack means that delivery has begun, at the place that it names.</summary>
internal sealed class JoinRoom(Membership membership, TimeProvider time) : ClientCommand
{
    public override string Type => "join_room";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (!RoomName.TryRead(command, contentMayBeName: true, out var target, out var error)) return error;
        if (!CursorOf.TryRead(command, target, out var cursor, out error)) return error;
        var outcome = await membership.JoinAsync(connection, target, cursor, Joined, cancellation);
        return outcome == JoinOutcome.Joined ? Reply.AlreadySent : outcome.ToReply(target);

        void Joined(ResumedTarget joined)
        {
            if (command.Reference is not null) connection.Send(connection.Dialect.Ack(command.Reference, ResumeContent.Of(joined), time.GetUtcNow()));
        }
    }
}

/// <summary><c>leave_room</c>.</summary>
internal sealed class LeaveRoom(Membership membership) : ClientCommand
{
    public override string Type => "leave_room";

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (!RoomName.TryRead(command, contentMayBeName: true, out var target, out var error)) return new(error);
        if (target.Kind == TargetKind.User) return new(Reply.Invalid("your own user cannot be left; close the connection"));
        return new(membership.Leave(connection, target) ? Reply.Ok("room", target.RoomName) : Reply.NotMember($"you are not in the room {target.RoomName}"));
    }
}

/// <summary>Where a command names its room: <c>room</c>, <c>content</c> itself when it is a string or number, or <c>content.room</c>.</summary>
internal static class RoomName
{
    /// <summary>False with the error reply when the name is missing or invalid.</summary>
    /// <param name="command">The command.</param>
    /// <param name="contentMayBeName">Whether the content itself may be the name; in a message it is the text.</param>
    /// <param name="target">The room.</param>
    /// <param name="error">The reply that says what is wrong.</param>
    public static bool TryRead(Command command, bool contentMayBeName, out Target target, out Reply error)
    {
        target = default;
        var name = command.Room ?? (contentMayBeName ? ClientContent.AsText(command.Content) : null);
        if (name is null && !ClientContent.TryReadText(command, "room", out name, out error)) return false;
        error = name is null ? Reply.Invalid("no room: give it as \"room\"") : default;
        if (name is null) return false;
        if (Target.TryParseRoomName(name, out target)) return true;
        error = Reply.Invalid($"\"room\" must be {Names.Rule}");
        return false;
    }
}

/// <summary>What a refused join is answered with.</summary>
internal static class JoinReplies
{
    public static Reply ToReply(this JoinOutcome outcome, Target target) => outcome switch
    {
        JoinOutcome.AlreadyLive => new Reply(409, $"this connection is in {target.RoomName} already; resume before joining, or leave it first", []),
        JoinOutcome.TooMany => Reply.TooMany("this connection is in as many rooms as it may be (Rooms:MaxPerConnection); leave one first"),
        JoinOutcome.Unconfirmed => Reply.BusUnavailable,
        _ => Reply.Forbidden($"the policy of the room {target.RoomName} does not let you in"),
    };
}
