using System.Text.Json;

namespace Gateway.Contracts;

/// <summary>The fields of a message while it is read, before they are known to be complete.</summary>
internal struct MessageDraft
{
    private string? _id, _type, _from, _fromName, _key, _traceParent;
    private ReadOnlyMemory<byte> _content, _data;
    private double? _timestamp;
    private List<Target>? _targets;
    private Dictionary<Target, Position>? _placed;

    /// <summary>Fills the draft; returns an error text or null.</summary>
    public string? Read(ReadOnlyMemory<byte> json, Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "a message is a JSON object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(json, ref reader);

        // Reading to the end finds text after the object, which is an error.
        while (reader.Read()) { }
        return null;
    }

    /// <summary>The error in the fields, or null.</summary>
    public readonly string? Error(Target target, string? defaultType)
    {
        var type = _type ?? defaultType;
        if (type is null) return "\"type\" is missing";
        if (!MessageTypes.IsAllowed(type, target)) return MessageTypes.ErrorFor(type);
        if (_id is not null && !MessageId.IsValid(_id)) return $"\"id\" must be {MessageId.Rule}";
        if (_timestamp is { } t && UnixTime.ToMilliseconds(t) is null) return "\"timestamp\" must be Unix seconds or milliseconds";
        if (!_data.IsEmpty && _data.Span[0] != (byte)'{' && !_data.Span.SequenceEqual("null"u8)) return "\"data\" must be a JSON object";
        return null;
    }

    public readonly Message ToMessage(Target target, DateTimeOffset now, string? defaultType, Position? position)
    {
        return new Message
        {
            Id = _id ?? MessageId.New(now),
            Type = _type ?? defaultType!,
            Target = target,
            Targets = _targets is { Count: > 1 and <= Message.MaxTargets } targets && targets.Contains(target) ? targets : [],
            From = _from,
            FromName = _fromName,
            Timestamp = _timestamp is { } t ? UnixTime.ToMilliseconds(t)!.Value : now.ToUnixTimeMilliseconds(),
            Content = _content.IsEmpty ? Message.Null : _content,
            Data = _data.IsEmpty || _data.Span[0] != (byte)'{' ? default : _data,
            Key = _key,
            TraceParent = _traceParent,
            Position = position,
            Placed = _placed ?? Message.NotPlaced,
        };
    }

    private void Field(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("content"u8)) _content = Value(json, ref reader);
        else if (reader.ValueTextEquals("data"u8)) _data = Value(json, ref reader);
        else if (reader.ValueTextEquals("type"u8)) _type = Text(ref reader);
        else if (reader.ValueTextEquals("id"u8)) _id = Text(ref reader);
        else if (reader.ValueTextEquals("from"u8)) _from = Text(ref reader);
        else if (reader.ValueTextEquals("from_name"u8)) _fromName = Text(ref reader);
        else if (reader.ValueTextEquals("key"u8)) _key = Text(ref reader);
        else if (reader.ValueTextEquals("traceparent"u8)) _traceParent = Text(ref reader);
        else if (reader.ValueTextEquals("timestamp"u8)) _timestamp = Number(ref reader);
        else if (reader.ValueTextEquals("targets"u8)) _targets = Targets(ref reader);
        else if (reader.ValueTextEquals("placed"u8)) _placed = Placed(ref reader);
        else Skip(ref reader);
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType;
    }

    private static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static string? Text(ref Utf8JsonReader reader) => Next(ref reader) switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        _ => SkipToNull(ref reader),
    };

    /// <summary>Null for a value that is not a list of targets; it is ignored.</summary>
    private static List<Target>? Targets(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        List<Target>? targets = [];
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && Target.TryParse(reader.GetString(), out var target) && targets?.Count < Message.MaxTargets) targets.Add(target);
            else targets = null;
            reader.Skip();
        }

        return targets;
    }

    /// <summary>Null when it is no object of places by target, which is then ignored.</summary>
    private static Dictionary<Target, Position>? Placed(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        Dictionary<Target, Position>? placed = [];
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var isTarget = Target.TryParse(reader.GetString(), out var target);
            if (Next(ref reader) == JsonTokenType.String && isTarget && Position.TryParse(reader.GetString(), out var position) && placed?.Count < Message.MaxTargets) placed[target] = position;
            else placed = null;
            reader.Skip();
        }

        return placed;
    }

    private static double? Number(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) == JsonTokenType.Number && reader.TryGetDouble(out var number)) return number;
        reader.Skip();
        return null;
    }

    private static string? SkipToNull(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return null;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}

/// <summary>Publishers send seconds or milliseconds: a number below 10¹¹ is seconds (10¹¹ s is the year 5138).</summary>
public static class UnixTime
{
    private const double FirstMilliseconds = 1e11;
    private const double Last = 253_402_300_799_999;

    /// <summary>Milliseconds for a timestamp in either unit; null outside the years 1970–9999.</summary>
    public static long? ToMilliseconds(double timestamp)
    {
        var ms = Math.Abs(timestamp) < FirstMilliseconds ? timestamp * 1000 : timestamp;
        return ms is >= 0 and <= Last ? (long)ms : null;
    }
}
