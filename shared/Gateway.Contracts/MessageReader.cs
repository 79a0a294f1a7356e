using System.Text.Json;

namespace Gateway.Contracts;

/// <summary>
/// JSON → Message, from any language: <c>{"type","content"}</c> is enough, unknown fields are ignored.
/// Never throws: errors are returned as text.
/// </summary>
public static class MessageReader
{
    /// <summary>Maximum nesting of a message; clients have the same limit.</summary>
    public const int MaxDepth = 16;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <param name="json">The message; its content is referred to, not copied, so the memory must stay as it is.</param>
    /// <param name="target">The target it was published to.</param>
    /// <param name="now">The time of a message without one, and the source of the id of a message without one.</param>
    /// <param name="defaultType">The type of a message without one; null: such a message is an error.</param>
    /// <param name="message">The message, if the result is true.</param>
    /// <param name="error">The error, if the result is false.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> json, Target target, DateTimeOffset now, string? defaultType, out Message? message, out string? error) =>
        TryRead(json, target, now, defaultType, position: null, out message, out error);

    /// <param name="json">The message; its content is referred to, not copied, so the memory must stay as it is.</param>
    /// <param name="target">Where it was published.</param>
    /// <param name="now">Stamps what carries no time of its own, and makes the id of what carries none.</param>
    /// <param name="defaultType">The type of what carries none; null: such a message is an error.</param>
    /// <param name="position">Its place, which the JSON cannot say: <c>epoch</c> and <c>offset</c> in it are ignored.</param>
    /// <param name="message">The message, when the answer is true.</param>
    /// <param name="error">What is wrong with it, when the answer is false.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> json, Target target, DateTimeOffset now, string? defaultType, Position? position, out Message? message, out string? error)
    {
        message = null;
        error = TextError(json.Span);
        if (error is not null) return false;
        try
        {
            var draft = new MessageDraft();
            error = draft.Read(json, new Utf8JsonReader(json.Span, Options)) ?? draft.Error(target, defaultType);
            if (error is null) message = draft.ToMessage(target, now, defaultType, position);
            return message is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is not UTF-8 or has a lone surrogate.
            error = $"not JSON that can be read (depth at most {MaxDepth}): {e.Message}";
            return false;
        }
    }

    /// <summary>The error in a message's bytes whatever its JSON, or null: too large, or text that no receiver could decode.</summary>
    public static string? TextError(ReadOnlySpan<byte> json)
    {
        if (json.Length > Message.MaxBytes) return $"a message is at most {Message.MaxBytes} bytes of JSON; this one has {json.Length}";
        // The JSON reader does not check strings, and every receiver would close the connection over such a frame (RFC 6455 section 8.1).
        return SurrogateEscapes.TextError(json) is { } error ? "the message " + error : null;
    }
}
