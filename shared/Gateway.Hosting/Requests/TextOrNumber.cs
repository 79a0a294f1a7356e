using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Hosting.Requests;

/// <summary>Ids: many systems count their users and orders, and write <c>42</c> where another writes <c>"42"</c>. Both are the text.</summary>
public sealed class TextOrNumber : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
