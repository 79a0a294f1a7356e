using System.Text.Json;

namespace Gateway.Publishing.Contents;

/// <summary>Content of type <c>data_update</c>.</summary>
internal sealed record DataUpdateContent(string Entity, string Action, string Id, JsonElement Data);
