using System.Text;
using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary><c>{id, title, content, type, link, …}</c>: the whole object is the content of a message of type <c>notification</c>.</summary>
internal static class FlatNotification
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MessageReader.MaxDepth };

    public static bool Read(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        TryRead(payload, target, now, out message, out error);

    /// <summary>The same, to the user that the object's <c>user_id</c> names.</summary>
    public static bool ReadAddressed(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        TryRead(payload, target: null, now, out message, out error);

    private static bool TryRead(ReadOnlyMemory<byte> payload, Target? target, DateTimeOffset now, out Message? message, out string? error)
    {
        message = null;
        error = MessageReader.TextError(payload.Span);
        if (error is not null) return false;
        try
        {
            error = Scan(payload.Span, out var id, out var user);
            target ??= user is not null && Names.IsUserId(user) ? Target.User(user) : null;
            if (target is null) error ??= "\"user_id\" must name the user";
            if (error is null) message = ToMessage(payload, target!.Value, now, id);
            return message is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = "not valid JSON";
            return false;
        }
    }

    private static Message ToMessage(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, string? id) => new()
    {
        Id = id is not null && MessageId.IsValid(id) ? id : MessageId.New(now),
        Type = MessageTypes.Notification,
        Target = target,
        Content = CanonicalNotification.WithBody(payload),
        Timestamp = now.ToUnixTimeMilliseconds(),
    };

    private static string? Scan(ReadOnlySpan<byte> json, out string? id, out string? user)
    {
        id = user = null;
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "a notification is a JSON object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8)) id = Text(ref reader);
            else if (reader.ValueTextEquals("user_id"u8)) user = Text(ref reader);
            else reader.Skip();
        }

        // Reading to the end finds text after the object, which is an error.
        while (reader.Read()) { }
        return null;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType == JsonTokenType.Number) return Encoding.UTF8.GetString(reader.ValueSpan);
        reader.Skip();
        return null;
    }
}
