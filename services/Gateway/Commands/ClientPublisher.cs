using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>Publishes a client's message. The sender comes from the token; a <c>from</c> of the client is ignored.</summary>
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
            PublishStatus.Unavailable => Reply.BusUnavailable,
            _ => Reply.Ok(Ack(result)),
        };
    }

    private static string Ack(PublishResult result)
    {
        var id = JsonEncodedText.Encode(result.Id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        var place = result.Offset > 0 ? string.Create(CultureInfo.InvariantCulture, $",\"offset\":{result.Offset},\"epoch\":\"{result.Epoch}\"") : "";
        return $"{{\"id\":\"{id}\"{place},\"duplicate\":{(result.Status == PublishStatus.Duplicate ? "true" : "false")}}}";
    }
}
