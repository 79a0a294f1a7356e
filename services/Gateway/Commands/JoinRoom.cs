using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Rooms;

namespace Gateway.Commands;

/// <summary>Contract C6. The ack means that delivery has begun.</summary>
internal sealed class JoinRoom(Membership membership) : ClientCommand
{
    public override string Type => "join_room";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (RoomName.Read(RoomName.Of(command), out var target) is { } fault) return fault;
        return await membership.JoinAsync(connection, target, cancellation) switch
        {
            JoinOutcome.Joined => Reply.Ok("room", target.RoomName),
            JoinOutcome.TooMany => Reply.TooMany("this connection is in as many rooms as it may be; leave one first"),
            _ => Reply.Forbidden("the policy of this room does not let you in"),
        };
    }
}
