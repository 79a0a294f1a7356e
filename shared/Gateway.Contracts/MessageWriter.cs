using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Contracts;

/// <summary>Message → JSON as it is published to Redis, without the target, which is known from the channel.</summary>
public static class MessageWriter
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToBytes(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(message.Content.Length + message.Data.Length + 256);
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, message);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Message message)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, message.Id);
        json.WriteString("type"u8, message.Type);
        if (message.Targets.Count > 1) WriteTargets(json, message.Targets);
        if (message.Placed.Count > 0) WritePlaced(json, message.Placed);
        if (message.From is not null) json.WriteString("from"u8, message.From);
        if (message.FromName is not null) json.WriteString("from_name"u8, message.FromName);
        json.WritePropertyName("content"u8);
        json.WriteRawValue(message.Content.Span, skipInputValidation: true);
        if (!message.Data.IsEmpty)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(message.Data.Span, skipInputValidation: true);
        }

        json.WriteNumber("timestamp"u8, message.Timestamp);
        if (message.Key is not null) json.WriteString("key"u8, message.Key);
        if (message.TraceParent is not null) json.WriteString("traceparent"u8, message.TraceParent);
        json.WriteEndObject();
    }

    private static void WriteTargets(Utf8JsonWriter json, IReadOnlyList<Target> targets)
    {
        json.WriteStartArray("targets"u8);
        foreach (var target in targets) json.WriteStringValue(target.ToString());
        json.WriteEndArray();
    }

    private static void WritePlaced(Utf8JsonWriter json, IReadOnlyDictionary<Target, Position> placed)
    {
        json.WriteStartObject("placed"u8);
        foreach (var (target, position) in placed) json.WriteString(target.ToString(), position.ToString());
        json.WriteEndObject();
    }
}
