using System.Text.Json;
using Gateway.Contracts;
using Gateway.Publishing;

namespace AdminApi.Publish;

/// <summary>What <see cref="MessageReader"/> passes over, since on Redis the channel says it: <c>target</c> or <c>targets</c>.</summary>
internal struct PublishAddress
{
    private const string ManyShape = "\"targets\" is an array of 1 to 8 strings";

    private string? _target;
    private List<string>? _targets;

    /// <summary>1 to 8 valid ones, each once.</summary>
    public IReadOnlyList<Target> Targets { get; private set; }

    /// <summary>True when the publisher chose the id.</summary>
    public bool HasId { get; private set; }

    /// <summary>The answer is an error text or null. Never throws for what a client sent.</summary>
    public static string? TryRead(ReadOnlySpan<byte> json, out PublishAddress address)
    {
        address = new() { Targets = [] };
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MessageReader.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "a message is a JSON object";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (address.Field(ref reader) is { } fault) return fault;
            }

            return address.Resolve() ?? MessageRules.TargetsError(address.Targets);
        }
        catch (JsonException e)
        {
            return $"not JSON that can be read (depth at most {MessageReader.MaxDepth}): {e.Message}";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, the one thing valid JSON can say that no string can hold.
            return "a target is not valid Unicode";
        }
    }

    private string? Field(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            HasId = reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
        }
        else if (reader.ValueTextEquals("target"u8))
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return $"\"target\" is a string: {Target.Shape}";
            _target = reader.GetString();
        }
        else if (reader.ValueTextEquals("targets"u8))
        {
            reader.Read();
            return Many(ref reader);
        }
        else
        {
            reader.Read();
        }

        reader.Skip();
        return null;
    }

    private string? Many(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return ManyShape;
        _targets = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || _targets.Count == Message.MaxTargets) return ManyShape;
            _targets.Add(reader.GetString()!);
        }

        return null;
    }

    private string? Resolve()
    {
        if (_target is not null && _targets is not null) return "give \"target\" or \"targets\", not both";
        if (_target is null && _targets is null) return $"\"target\" is missing: {Target.Shape}";
        var written = _targets ?? [_target!];
        var parsed = new Target[written.Count];
        for (var i = 0; i < parsed.Length; i++)
        {
            if (Target.TryParse(written[i], out parsed[i])) continue;
            return $"the target \"{Shown(written[i])}\" is not {Target.Shape}; a name is {Names.Rule}, a user id 1 to {Names.MaxUserIdLength} visible ones";
        }

        Targets = parsed;
        return null;
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
