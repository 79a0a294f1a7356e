using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Publishing;

[JsonSerializable(typeof(NotificationContent))]
[JsonSerializable(typeof(DataUpdateContent))]
internal sealed partial class ContentJson : JsonSerializerContext
{
    /// <summary>Without escapes that only HTML needs: they would double the size of text in most scripts.</summary>
    public static readonly ContentJson Plain = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Content of type <c>notification</c>; null values are left out.</summary>
internal sealed record NotificationContent(string Title, string Body, string? Icon, string? Link);

/// <summary>Content of type <c>data_update</c>.</summary>
internal sealed record DataUpdateContent(string Entity, string Action, string Id, JsonElement Data);
