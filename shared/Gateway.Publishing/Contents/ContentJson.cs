using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Publishing.Contents;

[JsonSerializable(typeof(NotificationContent))]
[JsonSerializable(typeof(DataUpdateContent))]
internal sealed partial class ContentJson : JsonSerializerContext
{
    /// <summary>Text as it is: escaping what only HTML minds would double the size of most of the world's scripts.</summary>
    public static readonly ContentJson Plain = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
