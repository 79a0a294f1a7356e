using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Dialects.Native;

/// <summary>Reads <c>{type, content?, room?, to?, ref?, id?, cursor?}</c>: what a client of the native dialect sends.</summary>
internal static class NativeCommandReader
{
    public const int MaxReferenceLength = 128;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MessageReader.MaxDepth, AllowDuplicateProperties = false };

    public static ParsedCommand Parse(ReadOnlyMemory<byte> text)
    {
        if (!SurrogateEscapes.ArePaired(text.Span)) return ParsedCommand.Invalid("a string in the command is not valid Unicode: half of a surrogate pair");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Options);
        }
        catch (JsonException e)
        {
            return Unreadable(e);
        }

        var parsed = Read(document);
        if (parsed.Command is null) document.Dispose();
        return parsed;
    }

    private static ParsedCommand Read(JsonDocument document)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return ParsedCommand.Invalid("a command is a JSON object: {\"type\":\"ping\"}");
        string? type = null, reference = null, room = null, to = null, id = null;
        JsonElement content = default, cursor = default;
        string? error = null;
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals("type"u8)) type = Text(property, ref error);
            else if (property.NameEquals("ref"u8)) reference = Reference(property, ref error);
            else if (property.NameEquals("room"u8)) room = TextOrNumber(property, ref error);
            else if (property.NameEquals("to"u8)) to = TextOrNumber(property, ref error);
            else if (property.NameEquals("id"u8)) id = TextOrNumber(property, ref error);
            else if (property.NameEquals("content"u8)) content = property.Value;
            else if (property.NameEquals("cursor"u8)) cursor = property.Value;
        }

        if (error is null && type is null) error = "\"type\" is missing";
        if (error is null && id is not null && !MessageId.IsValid(id)) error = $"\"id\" must be {MessageId.Rule}";
        if (error is not null) return ParsedCommand.Invalid(error, reference);
        return new ParsedCommand(new Command(type!, reference, content) { Room = room, To = to, Id = id, Cursor = cursor }, document, reference, 0, null);
    }

    private static string? Text(JsonProperty property, ref string? error)
    {
        if (property.Value.ValueKind == JsonValueKind.Null) return null;
        if (property.Value.ValueKind == JsonValueKind.String) return property.Value.GetString();
        error ??= $"\"{property.Name}\" must be a string";
        return null;
    }

    /// <summary>Ids, rooms and references may be numbers in a client's data; they are text from here on.</summary>
    private static string? TextOrNumber(JsonProperty property, ref string? error)
    {
        if (property.Value.ValueKind == JsonValueKind.Number) return property.Value.GetRawText();
        if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null) return property.Value.GetString();
        error ??= $"\"{property.Name}\" must be a string or a number";
        return null;
    }

    private static string? Reference(JsonProperty property, ref string? error)
    {
        var text = TextOrNumber(property, ref error);
        if (text is null || text.Length <= MaxReferenceLength) return text;
        error ??= $"\"ref\" is at most {MaxReferenceLength} characters";
        return null;
    }

    private static ParsedCommand Unreadable(JsonException e)
    {
        if (e.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return ParsedCommand.Invalid($"nested deeper than {MessageReader.MaxDepth} levels", code: 413);
        if (e.Message.Contains("uplicate", StringComparison.Ordinal)) return ParsedCommand.Invalid("a property appears twice in one object");
        return ParsedCommand.Invalid($"not JSON: line {e.LineNumber + 1 ?? 1}, byte {e.BytePositionInLine ?? 0}");
    }
}
