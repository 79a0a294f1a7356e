using System.Text.Json;

namespace Gateway.Contracts;

/// <summary>The content of a message of type <c>notification</c> has <c>title</c> and <c>body</c>; other systems name the text <c>content</c> or <c>message</c>.</summary>
public static class CanonicalNotification
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MessageReader.MaxDepth };

    /// <summary>
    /// Copies the text of <c>content</c>, or else of <c>message</c>, to <c>body</c> if that is absent. The other bytes stay as they are; content that is
    /// no object, has neither text or would become too large is returned unchanged.
    /// </summary>
    /// <param name="content">Valid JSON.</param>
    public static ReadOnlyMemory<byte> WithBody(ReadOnlyMemory<byte> content)
    {
        var reader = new Utf8JsonReader(content.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return content;
        var open = (int)reader.BytesConsumed;
        ReadOnlyMemory<byte> text = default, message = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("body"u8)) return content;
            if (reader.ValueTextEquals("content"u8)) text = RawString(content, ref reader);
            else if (reader.ValueTextEquals("message"u8)) message = RawString(content, ref reader);
            else reader.Skip();
        }

        var body = text.IsEmpty ? message : text;
        return body.IsEmpty || content.Length + body.Length > Message.MaxBytes
            ? content
            : (byte[])[.. content.Span[..open], .. "\"body\":"u8, .. body.Span, (byte)',', .. content.Span[open..]];
    }

    /// <summary>A string with its quotes; empty for any other value.</summary>
    private static ReadOnlyMemory<byte> RawString(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        reader.Skip();
        return default;
    }
}
