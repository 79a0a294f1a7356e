using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Contracts;

namespace Gateway.Api.Requests;

/// <summary>An id the caller chose for a message, where there is one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MessageIdAttribute() : ValidationAttribute($"The field {{0}} must be {MessageId.Rule}.")
{
    /// <summary>For the OpenAPI document.</summary>
    public const string Meaning = "An id chosen by the caller. A message whose id was used within the last 5 minutes is acknowledged and not sent again.";

    public override bool IsValid(object? value) => value is null || (value is string id && MessageId.IsValid(id));
}

/// <summary>The id of a user, where one is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserIdAttribute() : ValidationAttribute($"The field {{0}} must be a user id: 1 to {Names.MaxUserIdLength} visible characters.")
{
    public override bool IsValid(object? value) => value is null or "" || (value is string id && Names.IsUserId(id));
}

/// <summary>The name of a room, where one is given; <c>user:x</c> and <c>task:x</c> are those targets.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RoomNameAttribute() : ValidationAttribute($"The field {{0}} must be the name of a room: {Names.Rule}.")
{
    public override bool IsValid(object? value) => value is null or "" || (value is string name && Target.TryParseRoomName(name, out _));
}

/// <summary>Reads an id that may be written as a string or as a number: <c>42</c> and <c>"42"</c> are the same id.</summary>
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
