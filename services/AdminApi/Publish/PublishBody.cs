using System.Text.Json;
using Gateway.Api.Publishing;
using Gateway.Contracts;

namespace AdminApi.Publish;

/// <summary>The body of <c>POST /publish</c>: one message, or a batch of them. An error of a message of a batch concerns that message alone.</summary>
internal sealed record PublishBody(IReadOnlyList<PublishItem> Items, bool IsBatch)
{
    public const int MaxItems = 1_000;

    // More than a message may have, so that a message that is nested too deep does not make its whole batch unreadable.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Reads the body in one pass. Returns an error text or null; never throws for what a client sent.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> json, DateTimeOffset now, out PublishBody? body)
    {
        body = null;
        try
        {
            var reader = new Utf8JsonReader(json.Span, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "the body must be a JSON object: one message, or {\"messages\":[…]}";

            var first = reader;
            var isBatch = first.Read() && first.TokenType == JsonTokenType.PropertyName && first.ValueTextEquals("messages"u8);
            List<PublishItem> items = [];
            if (!isBatch) items.Add(PublishItemReader.Read(json, ref reader, now, isCopied: false));
            else if (ReadBatch(json, ref reader, now, items) is { } error) return error;

            // Reading on finds text behind the object, which is an error too.
            while (reader.Read()) { }
            body = new(items, isBatch);
            return null;
        }
        catch (JsonException e)
        {
            return $"the body is not JSON that can be read: {e.Message}";
        }
    }

    private static string? ReadBatch(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, DateTimeOffset now, List<PublishItem> items)
    {
        reader.Read();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return "\"messages\" must be an array of messages";
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == MaxItems) return $"a batch has at most {MaxItems} messages";

            // Copied: a message that waits in memory must not keep its whole batch there.
            items.Add(PublishItemReader.Read(json, ref reader, now, isCopied: true));
        }

        if (items.Count == 0) return "\"messages\" is empty";
        reader.Read();
        return reader.TokenType == JsonTokenType.EndObject ? null : "\"messages\" must be the only field of a batch";
    }
}

/// <summary>One message of the request: its targets and the message, or the error.</summary>
internal sealed record PublishItem(IReadOnlyList<Target> Targets, Message? Message, PublishError? Error);
