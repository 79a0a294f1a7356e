using System.Text.Json;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>Publishes what a client says, stamped with who it is: a client's own <c>from</c> never counts.</summary>
internal sealed class ClientPublisher(IMessagePublisher bus, TimeProvider time)
{
    public async ValueTask<Reply> PublishAsync(
        Connection connection, Command command, string type, Target target, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var caller = connection.Caller;
        var message = new Message
        {
            Id = command.Id is { } id ? MessageId.OfUser(caller.UserId, id) : MessageId.New(now),
            Type = type,
            Target = target,
            From = caller.UserId,
            FromName = caller.UserName,
            Content = content,
            Timestamp = now.ToUnixTimeMilliseconds(),
        };
        var result = await bus.PublishAsync(message, idempotent: command.Id is not null, cancellation);
        return result.Status switch
        {
            PublishStatus.TooLarge => Reply.TooLarge(result.Reason!),
            PublishStatus.Unavailable => Reply.Unavailable("the message bus is not reachable just now; try again"),
            _ => Reply.Ok($"{{\"id\":\"{JsonEncodedText.Encode(result.Id)}\",\"duplicate\":{(result.Status == PublishStatus.Duplicate ? "true" : "false")}}}"),
        };
    }
}
