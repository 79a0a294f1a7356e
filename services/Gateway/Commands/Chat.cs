using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>A chat line: to a room when it names one, else to a user.</summary>
internal sealed class Chat(RoomMessage rooms, UserMessage users) : ClientCommand
{
    public override string Type => MessageTypes.Chat;

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) =>
        (command.Room ?? command.ContentString("room")) is not null
            ? rooms.SayAsync(connection, command, MessageTypes.Chat, cancellation)
            : users.SayAsync(connection, command, MessageTypes.Chat, cancellation);
}
