using Gateway.Contracts;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Inbox;

/// <summary>An entry of the stream <c>gateway:inbox</c>: the fields <c>target</c>, <c>message</c> and optionally <c>id</c>.</summary>
/// <param name="Id">The id of the entry.</param>
/// <param name="Fields">All fields, as they came.</param>
internal sealed record InboxEntry(string Id, RedisValue[] Fields)
{
    /// <summary>The entries of a reply to XRANGE.</summary>
    public static List<InboxEntry> ReadAll(RedisResult reply) =>
        [.. ((RedisResult[]?)reply ?? []).Select(entry => (RedisResult[])entry!).Select(entry => new InboxEntry((string)entry[0]!, (RedisValue[])entry[1]!))];

    /// <summary>The message, with an id that makes a second publish of this entry harmless; null with what is wrong with the entry.</summary>
    public Message? ToMessage(DateTimeOffset now, out string? error)
    {
        error = null;
        if (!Target.TryParse(Text("target"), out var target)) error = $"\"target\" must be {Target.Shape}";
        var json = Field("message");
        if (error is null && json.IsNull) error = "\"message\" is missing: a message as JSON, {\"type\",\"content\"} is enough";
        var id = Text("id");
        if (error is null && id is not null && !MessageId.IsValid(id)) error = $"\"id\" must be {MessageId.Rule}";
        if (error is not null || !MessageReader.TryRead((byte[])json!, target, now, defaultType: null, out var message, out error)) return null;
        if (!MessageTypes.IsAllowed(message!.Type, target))
        {
            error = MessageTypes.ErrorFor(message.Type);
            return null;
        }

        if (message.Type == MessageTypes.Notification) message = message with { Content = CanonicalNotification.WithBody(message.Content) };
        return message with { Id = id ?? "inbox-" + Id, Targets = [] };
    }

    private string? Text(string name) => Field(name) is { IsNull: false } value ? value.ToString() : null;

    private RedisValue Field(string name)
    {
        for (var i = 0; i + 1 < Fields.Length; i += 2)
        {
            if (Fields[i] == name) return Fields[i + 1];
        }

        return RedisValue.Null;
    }
}
