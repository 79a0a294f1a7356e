using System.Text.Json.Serialization;

namespace Gateway.Publishing.Contents;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NotificationContent))]
[JsonSerializable(typeof(DataUpdateContent))]
internal sealed partial class ContentJson : JsonSerializerContext;
