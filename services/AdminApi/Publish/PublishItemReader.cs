using System.Text.Json;
using Gateway.Api.Publishing;
using Gateway.Contracts;
using Gateway.Hosting.Options;
using Gateway.Publishing;

namespace AdminApi.Publish;

/// <summary>
/// Reads one message strictly: a field that is unknown, appears twice or has the wrong type is an error. If a misspelled field were ignored,
/// the publisher would not find the mistake. Fields that are null count as absent.
/// </summary>
internal struct PublishItemReader
{
    private static readonly string[] Known = ["target", "targets", "type", "content", "id", "key", "data", "timestamp", "from", "from_name"];

    private uint _seen;
    private string? _error, _target, _type, _id, _key, _from, _fromName;
    private List<string>? _targets;
    private (int Start, int Length) _content, _data;
    private double? _timestamp;

    /// <param name="json">The whole body.</param>
    /// <param name="reader">At the first token of the message; afterwards at its last.</param>
    /// <param name="now">Stamps a message that has no timestamp, and makes the id of one that has none.</param>
    /// <param name="isCopied">Whether the message gets memory of its own.</param>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static PublishItem Read(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, DateTimeOffset now, bool isCopied)
    {
        var (start, depth) = ((int)reader.TokenStartIndex, reader.CurrentDepth);
        var item = new PublishItemReader();
        if (reader.TokenType != JsonTokenType.StartObject) item.Fail("a message must be a JSON object");
        else item.ReadFields(ref reader);
        SkipTo(ref reader, depth);

        var bytes = json[start..(int)reader.BytesConsumed];
        if (bytes.Length > Message.MaxBytes)
            return new([], Message: null, new(StatusCodes.Status413PayloadTooLarge, $"a message is at most {Message.MaxBytes} bytes of JSON; this one has {bytes.Length}"));
        if (item._error is null && SurrogateEscapes.TextError(bytes.Span) is { } text) item.Fail("the message " + text);
        var error = item.Resolve(out var targets);
        if (error is not null) return new([], Message: null, PublishError.Invalid(error));
        return new(targets, item.ToMessage(isCopied ? bytes.ToArray() : bytes, start, now), Error: null);
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Text(ref reader) is not { } name) return;
            Note(name);
            reader.Read();
            if (_error is null && reader.TokenType != JsonTokenType.Null) Field(name, ref reader);
            var (start, isNull) = ((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.Null);
            if (!TrySkip(ref reader, depth)) Fail($"a message is nested at most {MessageReader.MaxDepth} deep");
            if (isNull) continue;
            if (name is "content") _content = (start, (int)reader.BytesConsumed - start);
            else if (name is "data") _data = (start, (int)reader.BytesConsumed - start);
        }
    }

    private void Note(string name)
    {
        var index = Array.IndexOf(Known, name);
        if (index < 0)
        {
            Fail(NearestName.Of(name, Known) is { } known
                ? $"unknown field \"{name}\"; is \"{known}\" meant?"
                : $"unknown field \"{Shown(name)}\"; a message has {string.Join(", ", Known)}");
        }
        else if ((_seen & (1u << index)) != 0)
        {
            Fail($"the field \"{name}\" appears twice");
        }
        else
        {
            _seen |= 1u << index;
        }
    }

    private void Field(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "target": _target = String(name, ref reader, Target.Shape); break;
            case "targets": _targets = Strings(ref reader); break;
            case "type": _type = String(name, ref reader); break;
            case "id": _id = StringOrNumber(name, ref reader); break;
            case "key": _key = StringOrNumber(name, ref reader); break;
            case "from": _from = StringOrNumber(name, ref reader); break;
            case "from_name": _fromName = String(name, ref reader); break;
            case "timestamp" when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number): _timestamp = number; break;
            case "timestamp": Fail("\"timestamp\" must be a number: Unix seconds or milliseconds"); break;
            case "data" when reader.TokenType != JsonTokenType.StartObject: Fail("\"data\" must be a JSON object"); break;
        }
    }

    private string? String(string name, ref Utf8JsonReader reader, string? shape = null)
    {
        if (reader.TokenType == JsonTokenType.String) return Text(ref reader);
        return Fail($"\"{name}\" must be a string{(shape is null ? "" : ": " + shape)}");
    }

    private string? StringOrNumber(string name, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Text(ref reader),
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        _ => Fail($"\"{name}\" must be a string or a number"),
    };

    private List<string>? Strings(ref Utf8JsonReader reader)
    {
        var strings = new List<string>();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.String && strings.Count < Message.MaxTargets)
                strings.Add(Text(ref reader) ?? "");
        }

        if (reader.TokenType != JsonTokenType.EndArray) Fail($"\"targets\" must be an array of 1 to {Message.MaxTargets} strings");
        return strings;
    }

    /// <summary>Null for a string that is not valid Unicode.</summary>
    private string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Fail("a name or string of the message is not valid Unicode");
        }
    }

    private string? Fail(string error)
    {
        _error ??= error;
        return null;
    }

    private string? Resolve(out IReadOnlyList<Target> targets)
    {
        targets = [];
        if (_error is not null) return _error;
        if (_target is not null && _targets is not null) return "give \"target\" or \"targets\", not both";
        if (_target is null && _targets is null) return $"\"target\" is missing: {Target.Shape}";
        var written = _targets ?? [_target!];
        var parsed = new Target[written.Count];
        for (var i = 0; i < parsed.Length; i++)
        {
            if (!Target.TryParse(written[i], out parsed[i]))
                return $"the target \"{Shown(written[i])}\" is not {Target.Shape}; a name is {Names.Rule}, a user id 1 to {Names.MaxUserIdLength} visible ones";
        }

        targets = parsed;
        return MessageRules.TargetsError(parsed) ?? FieldError(parsed);
    }

    private readonly string? FieldError(Target[] targets)
    {
        if (_type is null) return "\"type\" is missing";
        foreach (var target in targets)
        {
            if (MessageRules.TypeError(_type, target) is { } error) return error;
        }

        if (_id is not null && !MessageId.IsValid(_id)) return $"\"id\" must be {MessageId.Rule}";
        if (_from is not null && !Names.IsUserId(_from)) return $"\"from\" must be a user id: 1 to {Names.MaxUserIdLength} visible characters";
        return _timestamp is { } t && UnixTime.ToMilliseconds(t) is null ? "\"timestamp\" must be Unix seconds or milliseconds of the years 1970 to 9999" : null;
    }

    private readonly Message ToMessage(ReadOnlyMemory<byte> bytes, int start, DateTimeOffset now) => new()
    {
        Id = _id ?? MessageId.New(now),
        Type = _type!,
        Target = Target.All,
        From = _from,
        FromName = _fromName,
        Content = _content.Length == 0 ? Message.Null : bytes.Slice(_content.Start - start, _content.Length),
        Data = _data.Length == 0 ? default : bytes.Slice(_data.Start - start, _data.Length),
        Timestamp = _timestamp is { } t ? UnixTime.ToMilliseconds(t)!.Value : now.ToUnixTimeMilliseconds(),
        Key = _key,
    };

    /// <summary>To the end of the value; false where it is nested deeper than a message may be.</summary>
    private static bool TrySkip(ref Utf8JsonReader reader, int messageDepth)
    {
        var (end, most, isShallow) = (reader.CurrentDepth, messageDepth + MessageReader.MaxDepth, true);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return true;
        do
        {
            reader.Read();
            isShallow &= reader.CurrentDepth < most || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
        }
        while (reader.CurrentDepth > end);

        return isShallow;
    }

    /// <summary>To the end of the object or array at this depth.</summary>
    private static void SkipTo(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth == depth) reader.Skip();
        while (reader.CurrentDepth > depth && reader.Read()) { }
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
