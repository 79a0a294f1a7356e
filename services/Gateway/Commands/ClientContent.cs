using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>
/// The content of a client's message as receivers get it: what the client sent, with the fields that the gateway knows better
/// put first and the client's own of those names left out. A string stands for <c>{"text": …}</c>.
/// </summary>
internal static class ClientContent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null when the command has no content that can be sent.</summary>
    public static ReadOnlyMemory<byte>? Stamp(Command command, params ReadOnlySpan<(string Name, string Value)> stamps)
    {
        if (command.Content.ValueKind is not (JsonValueKind.Object or JsonValueKind.String)) return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        foreach (var (name, value) in stamps) json.WriteString(name, value);
        if (command.Content.ValueKind == JsonValueKind.String)
        {
            json.WritePropertyName("text"u8);
            command.Content.WriteTo(json);
        }
        else
        {
            Copy(command.Content, json, stamps);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Copy(JsonElement content, Utf8JsonWriter json, ReadOnlySpan<(string Name, string Value)> stamps)
    {
        foreach (var property in content.EnumerateObject())
        {
            // A content's own from would be a claim nobody has checked.
            var known = property.NameEquals("from"u8) || property.NameEquals("from_name"u8);
            foreach (var (name, _) in stamps) known |= property.NameEquals(name);
            if (!known) property.WriteTo(json);
        }
    }
}
