using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Commands;

/// <summary>Contract C8: to all connections of one user, on all pods.</summary>
internal sealed class UserMessage(ClientPublisher publisher, IOptions<RoomSettings> options) : ClientCommand
{
    public override string Type => MessageTypes.UserMessage;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        SayAsync(connection, command, MessageTypes.UserMessage, cancellation);

    public ValueTask<Reply> SayAsync(Connection connection, Command command, string type, CancellationToken cancellation)
    {
        if (!options.Value.AllowUserMessages) return new(Reply.Forbidden("users may not write to users here"));
        if ((command.To ?? command.ContentString("to")) is not { } to) return new(Reply.Bad("no receiver: give a user id as \"to\""));
        if (!Names.IsUserId(to)) return new(Reply.Bad($"\"to\" must be a user id: 1 to {Names.MaxUserIdLength} visible characters"));
        if (ClientContent.Stamp(command, ("from", connection.Caller.UserId), ("to", to)) is not { } content)
            return new(Reply.Bad("\"content\" must be an object like {\"text\":\"…\"} or a string"));
        return publisher.PublishAsync(connection, command, type, Target.User(to), content, cancellation);
    }
}
