using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>The common shape: <c>{"type","content",…}</c>, bare or inside <c>{"message":{…}}</c>.</summary>
internal static class Envelope
{
    // The wrapper is one level more than a message may have.
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MessageReader.MaxDepth + 1 };
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MessageReader.MaxDepth };
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An own channel: with its place in front where the target has history, <c>k3f9.17\n{…}</c>.</summary>
    public static bool Read(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error)
    {
        Position? position = TryReadPosition(payload.Span, out var length, out var place) ? place : null;
        return TryReadNumbered(payload[length..], target, position, now, out message, out error);
    }

    /// <summary>A message whose place is known.</summary>
    public static bool TryReadNumbered(ReadOnlyMemory<byte> payload, Target target, Position? position, DateTimeOffset now, out Message? message, out string? error) =>
        TryRead(payload, target, now, defaultType: null, position, out message, out error);

    public static bool ReadWrapped(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error) =>
        TryReadForeign(Shape.Of(payload).Envelope, target, now, defaultType: null, out message, out error);

    /// <summary>A body without an envelope becomes the content.</summary>
    public static bool ReadNotification(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error)
    {
        var envelope = Shape.Of(payload).Envelope;
        return Shape.Of(envelope).IsFlat
            ? FlatNotification.Read(envelope, target, now, out message, out error)
            : TryReadForeign(envelope, target, now, MessageTypes.Notification, out message, out error);
    }

    private static bool TryReadForeign(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, string? defaultType, out Message? message, out string? error)
    {
        if (!TryRead(payload, target, now, defaultType, position: null, out message, out error)) return false;
        if (message!.Type == MessageTypes.Notification) message = message with { Content = CanonicalNotification.WithBody(message.Content) };
        return true;
    }

    private static bool TryRead(
        ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, string? defaultType, Position? position, out Message? message, out string? error) =>
        MessageReader.TryRead(payload, target, now, defaultType, position, out message, out error)
        || (Repair(payload) is { } repaired && MessageReader.TryRead(repaired, target, now, defaultType, position, out message, out error));

    /// <summary>The length includes the line feed; 0 where no place is in front. JSON cannot be taken for one.</summary>
    private static bool TryReadPosition(ReadOnlySpan<byte> payload, out int length, out Position position)
    {
        (length, position) = (0, default);
        var end = payload[..Math.Min(payload.Length, Position.MaxLength + 1)].IndexOf((byte)'\n');
        if (end <= 0) return false;
        Span<char> text = stackalloc char[end];
        if (Ascii.ToUtf16(payload[..end], text, out _) != OperationStatus.Done || !Position.TryParse(text, out position)) return false;
        length = end + 1;
        return true;
    }

    /// <summary>Without an invalid id, and with <c>data</c> that is not an object moved into the content; null if neither is the case.</summary>
    private static byte[]? Repair(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, DocumentOptions);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            var dropsId = root.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String && !MessageId.IsValid(id.GetString()!);
            var movesData = root.TryGetProperty("data"u8, out var data) && data.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null);
            return dropsId || movesData ? Rewrite(root, dropsId, movesData, data) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Rewrite(JsonElement root, bool dropsId, bool movesData, JsonElement data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            foreach (var property in root.EnumerateObject())
            {
                var isMoved = movesData && (property.NameEquals("data"u8) || property.NameEquals("content"u8));
                if (!isMoved && !(dropsId && property.NameEquals("id"u8))) property.WriteTo(json);
            }

            if (movesData) WriteContent(json, root, data);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The members of an object, or another value as <c>content</c>, and <c>data</c>.</summary>
    private static void WriteContent(Utf8JsonWriter json, JsonElement root, JsonElement data)
    {
        json.WriteStartObject("content"u8);
        var hasContent = root.TryGetProperty("content"u8, out var content) && content.ValueKind != JsonValueKind.Null;
        if (hasContent && content.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in content.EnumerateObject())
            {
                if (!member.NameEquals("data"u8)) member.WriteTo(json);
            }
        }
        else if (hasContent)
        {
            json.WritePropertyName("content"u8);
            content.WriteTo(json);
        }

        json.WritePropertyName("data"u8);
        data.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>What the top level of a payload looks like. JSON that cannot be read is left to the reader, which names the error.</summary>
    /// <param name="Envelope">The object under <c>message</c>, unless the payload has a <c>content</c> of its own; else the payload.</param>
    /// <param name="IsFlat">True if it is a notification's own fields, not an envelope.</param>
    private readonly record struct Shape(ReadOnlyMemory<byte> Envelope, bool IsFlat)
    {
        public static Shape Of(ReadOnlyMemory<byte> payload)
        {
            try
            {
                return Scan(payload);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return new Shape(payload, IsFlat: false);
            }
        }

        private static Shape Scan(ReadOnlyMemory<byte> payload)
        {
            var inner = ReadOnlyMemory<byte>.Empty;
            bool hasContent = false, hasText = false;
            var reader = new Utf8JsonReader(payload.Span, ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new Shape(payload, IsFlat: false);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                hasContent |= reader.ValueTextEquals("content"u8);
                hasText |= reader.ValueTextEquals("title"u8) || reader.ValueTextEquals("body"u8);
                var isMessage = reader.ValueTextEquals("message"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
                if (isMessage && isObject) inner = payload[start..(int)reader.BytesConsumed];
            }

            return hasContent || inner.IsEmpty ? new Shape(payload, hasText || !hasContent) : new Shape(inner, IsFlat: false);
        }
    }
}
