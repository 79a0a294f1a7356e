using System.Text.Json;

namespace AdminApi.Publish;

/// <summary>The body of <c>POST /publish</c> taken apart: one message, or the messages of a batch, each still the bytes it came in.</summary>
internal sealed record PublishBody(IReadOnlyList<ReadOnlyMemory<byte>> Items, bool IsBatch)
{
    public const int MaxItems = 1_000;

    // Deeper than any message may be, so that one message too deep is that item's fault and not the whole batch's.
    private const int MaxDepth = 64;

    /// <summary>Reads only as far as the message boundaries; the answer is an error text or null.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> json, out PublishBody? body)
    {
        body = null;
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "the body is a JSON object: one message, or {\"messages\":[…]}";
            List<ReadOnlyMemory<byte>>? items = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMessages = reader.ValueTextEquals("messages"u8);
                reader.Read();
                if (isMessages && items is not null) return "\"messages\" stands twice";
                if (!isMessages) reader.Skip();
                else if (ReadItems(json, ref reader, items = []) is { } fault) return fault;
            }

            // Reading on finds what stands behind the object, which is an error too.
            while (reader.Read()) { }
            body = items is null ? new([json], IsBatch: false) : new(items, IsBatch: true);
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"the body is not JSON that can be read: {e.Message}";
        }
    }

    private static string? ReadItems(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, List<ReadOnlyMemory<byte>> items)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return "\"messages\" is an array of messages";
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == MaxItems) return $"a batch has at most {MaxItems} messages";
            var start = (int)reader.TokenStartIndex;
            reader.Skip();

            // A copy: a message that waits in memory must not keep its whole batch there.
            items.Add(json[start..(int)reader.BytesConsumed].ToArray());
        }

        return items.Count == 0 ? "\"messages\" is empty" : null;
    }
}
