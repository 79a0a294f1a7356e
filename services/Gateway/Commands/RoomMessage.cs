using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Registry;
using Gateway.Rooms;

namespace Gateway.Commands;

/// <summary>Contract C7: to the members of a room; the sender gets its copy like everybody else.</summary>
internal sealed class RoomMessage(JoinRule rule, ClientPublisher publisher) : ClientCommand
{
    public override string Type => MessageTypes.RoomMessage;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        SayAsync(connection, command, MessageTypes.RoomMessage, cancellation);

    public ValueTask<Reply> SayAsync(Connection connection, Command command, string type, CancellationToken cancellation)
    {
        if (RoomName.Read(command.Room ?? command.ContentString("room"), out var room) is { } fault) return new(fault);
        var isMember = ConnectionRegistry.IsMember(connection, room);
        if (!rule.MayPublish(connection.Caller, room, isMember))
        {
            return new(rule.NeedsMembership(room)
                ? Reply.NotMember("you are not in this room; join it first")
                : Reply.Forbidden("the policy of this room does not let you publish"));
        }

        if (ClientContent.Stamp(command, ("room", room.RoomName)) is not { } content)
            return new(Reply.Bad("\"content\" must be an object like {\"text\":\"…\"} or a string"));
        return publisher.PublishAsync(connection, command, type, room, content, cancellation);
    }
}
