using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>The common shape: <c>{"type","content",…}</c>, bare or, from older publishers, inside <c>{"message":{…}}</c>.</summary>
internal static class Envelope
{
    // The wrapper is one level more than a message may have.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MessageReader.MaxDepth + 1 };

    public static bool Read(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        MessageReader.TryRead(payload, target, now, defaultType: null, out message, out error);

    public static bool ReadWrapped(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        MessageReader.TryRead(Unwrap(payload), target, now, defaultType: null, out message, out error);

    public static bool ReadNotification(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        MessageReader.TryRead(Unwrap(payload), target, now, MessageTypes.Notification, out message, out error);

    /// <summary>What stands under <c>message</c>, unless the object has a content of its own. What is no JSON is left for the reader to name.</summary>
    private static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return Inner(payload) is { Length: > 0 } inner ? inner : payload;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return payload;
        }
    }

    private static ReadOnlyMemory<byte> Inner(ReadOnlyMemory<byte> payload)
    {
        var inner = ReadOnlyMemory<byte>.Empty;
        var reader = new Utf8JsonReader(payload.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8)) return default;
            var isMessage = reader.ValueTextEquals("message"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isMessage && isObject) inner = payload[start..(int)reader.BytesConsumed];
        }

        return inner;
    }
}
