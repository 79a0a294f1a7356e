using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Publishing;

/// <summary>The rules for messages of publishers, for C# and HTTP alike: each returns an error text or null.</summary>
public static class MessageRules
{
    // The content is nested in the message object, so it may have one level less.
    private static readonly JsonReaderOptions Nested = new() { MaxDepth = MessageReader.MaxDepth - 1 };

    private static readonly string UserIdRule = $"a user id is 1 to {Names.MaxUserIdLength} visible characters";

    /// <summary>1–8 valid targets, each once.</summary>
    public static string? TargetsError(IReadOnlyList<Target> targets)
    {
        if (targets.Count is 0 or > Message.MaxTargets) return $"a message goes to 1 to {Message.MaxTargets} targets; this one names {targets.Count}";
        for (var i = 0; i < targets.Count; i++)
        {
            if (TargetError(targets[i]) is { } error) return error;
            for (var j = 0; j < i; j++)
            {
                if (targets[i] == targets[j]) return $"the target {targets[i]} is named twice";
            }
        }

        return null;
    }

    /// <summary>A name that its kind allows; <c>user:x</c> and <c>task:x</c> are those targets, never rooms beside them.</summary>
    public static string? TargetError(Target target)
    {
        if (target.Kind == TargetKind.Room && Target.TryParseRoomName(target.Name, out var own) && own.Kind != TargetKind.Room)
            return $"no room can be named {target.Name}: that is the target {own}";
        if (target.IsValid) return null;
        return target.Kind == TargetKind.User
            ? UserIdRule
            : $"the name of a room or task is {Names.Rule}";
    }

    /// <summary>A valid type that is not reserved for the gateway; <c>error</c> is allowed for tasks only.</summary>
    public static string? TypeError(string type, Target target) => MessageTypes.IsAllowed(type, target)
        ? null
        : MessageTypes.ErrorFor(type);

    internal static string? MessageError(OutgoingMessage message)
    {
        if (message.Id is not null && !MessageId.IsValid(message.Id)) return $"an id is {MessageId.Rule}";
        if (message.From is not null && !Names.IsUserId(message.From)) return "from: " + UserIdRule;
        if ((TextError(message.FromName, "from_name") ?? TextError(message.Key, "key") ?? JsonError(message.Content.Span, "content")) is { } error) return error;
        return message.Data.IsEmpty ? null : JsonError(message.Data.Span, "data") ?? ObjectError(message.Data.Span);
    }

    /// <summary>A string that can be written as UTF-8. The JSON writer would silently replace half a surrogate pair.</summary>
    internal static string? TextError(string? text, string what)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return $"{what} has an unpaired surrogate";
        }

        return null;
    }

    private static string? ObjectError(ReadOnlySpan<byte> json) => json.TrimStart(" \t\r\n"u8)[0] == (byte)'{' ? null : "data must be a JSON object";

    private static string? JsonError(ReadOnlySpan<byte> json, string what)
    {
        // Checked first: the reader does not validate strings, and receivers close the connection after an invalid text frame (RFC 6455 section 8.1).
        if (SurrogateEscapes.TextError(json) is { } text) return $"{what} {text}";
        try
        {
            var reader = new Utf8JsonReader(json, Nested);
            while (reader.Read()) { }
            return null;
        }
        catch (JsonException e)
        {
            return $"{what} is not JSON that can be sent (nested at most {Nested.MaxDepth} deep): {e.Message}";
        }
    }
}
