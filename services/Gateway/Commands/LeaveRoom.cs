using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Rooms;

namespace Gateway.Commands;

internal sealed class LeaveRoom(Membership membership) : ClientCommand
{
    public override string Type => "leave_room";

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (RoomName.Read(RoomName.Of(command), out var target) is { } fault) return new(fault);
        if (target.Kind == Contracts.TargetKind.User) return new(Reply.Bad("one's own user cannot be left; close the connection"));
        return new(membership.Leave(connection, target) ? Reply.Ok("room", target.RoomName) : Reply.NotMember("you are not in this room"));
    }
}
