using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Commands;

/// <summary><c>room_message</c>: to the members of a room, the sender included.</summary>
internal sealed class RoomMessage(JoinRule rule, ClientPublisher publisher) : ClientCommand
{
    public override string Type => MessageTypes.RoomMessage;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        PublishAsync(connection, command, MessageTypes.RoomMessage, cancellation);

    public ValueTask<Reply> PublishAsync(Connection connection, Command command, string type, CancellationToken cancellation)
    {
        if (!RoomName.TryRead(command, contentMayBeName: false, out var room, out var error)) return new(error);
        var isMember = connection.Memberships.Contains(room);
        if (!rule.MayPublish(connection.Caller, room, isMember))
        {
            return new(rule.NeedsMembership(room)
                ? Reply.NotMember($"you are not in the room {room.RoomName}; join it first")
                : Reply.Forbidden($"the policy of the room {room.RoomName} does not let you publish"));
        }

        if (ClientContent.Stamp(command, ("room", room.RoomName)) is not { } content) return new(ClientContent.Missing);
        return publisher.PublishAsync(connection, command, type, room, content, cancellation);
    }
}

/// <summary><c>user_message</c>: to all connections of one user, on all pods.</summary>
internal sealed class UserMessage(ClientPublisher publisher, IOptions<RoomOptions> options) : ClientCommand
{
    public override string Type => MessageTypes.UserMessage;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        PublishAsync(connection, command, MessageTypes.UserMessage, cancellation);

    public ValueTask<Reply> PublishAsync(Connection connection, Command command, string type, CancellationToken cancellation)
    {
        if (!options.Value.AllowUserMessages) return new(Reply.Forbidden("users may not send messages to users (Rooms:AllowUserMessages)"));
        var to = command.To;
        if (to is null && !ClientContent.TryReadText(command, "to", out to, out var error)) return new(error);
        if (to is null) return new(Reply.Invalid("no receiver: give a user id as \"to\""));
        if (!Names.IsUserId(to)) return new(Reply.Invalid($"\"to\" must be a user id: 1 to {Names.MaxUserIdLength} visible characters"));
        if (ClientContent.Stamp(command, ("from", connection.Caller.UserId), ("to", to)) is not { } content) return new(ClientContent.Missing);
        return publisher.PublishAsync(connection, command, type, Target.User(to), content, cancellation);
    }
}

/// <summary><c>chat</c>: to a room when it names one, else to a user.</summary>
internal sealed class Chat(RoomMessage rooms, UserMessage users) : ClientCommand
{
    public override string Type => MessageTypes.Chat;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        command.Room is not null || ClientContent.Has(command, "room")
            ? rooms.PublishAsync(connection, command, MessageTypes.Chat, cancellation)
            : users.PublishAsync(connection, command, MessageTypes.Chat, cancellation);
}
