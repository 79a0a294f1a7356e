using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>
/// The content of a client's message as receivers get it: the gateway's own fields first, then what the client sent without
/// fields of those names. A string stands for <c>{"text": …}</c>.
/// </summary>
internal static class ClientContent
{
    /// <summary>The reply to a command whose content cannot be sent.</summary>
    public static readonly Reply Missing = Reply.Invalid("\"content\" must be an object like {\"text\":\"…\"} or a string");

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

    /// <summary>Ids may be numbers in a client's data; they are text from here on.</summary>
    public static string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    public static bool Has(Command command, string name) =>
        command.Content.ValueKind == JsonValueKind.Object && command.Content.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A string or number of the content, as text; null where it is absent. False with the error reply when it is of another type.</summary>
    public static bool TryReadText(Command command, string name, out string? text, out Reply error)
    {
        error = default;
        text = command.ContentString(name);
        if (text is not null || !Has(command, name)) return true;
        error = Reply.Invalid($"\"content.{name}\" must be a string or a number");
        return false;
    }

    private static void Copy(JsonElement content, Utf8JsonWriter json, ReadOnlySpan<(string Name, string Value)> stamps)
    {
        foreach (var property in content.EnumerateObject())
        {
            // A "from" inside the content would be an unverified claim.
            var known = property.NameEquals("from"u8) || property.NameEquals("from_name"u8);
            foreach (var (name, _) in stamps) known |= property.NameEquals(name);
            if (!known) property.WriteTo(json);
        }
    }
}
