using System.Text.Json;

namespace Gateway.Testing;

/// <summary>An HTTP response with its complete body.</summary>
internal sealed record ApiResponse(int Status, string? MediaType, TimeSpan? RetryAfter, string Text)
{
    private JsonElement? _json;

    public JsonElement Json => _json ??= JsonDocument.Parse(Text).RootElement;

    public string? Detail => Json.TryGetProperty("detail", out var detail) ? detail.GetString() : null;

    /// <summary>What a validation problem says of one field.</summary>
    public string? ErrorOf(string field) =>
        Json.TryGetProperty("errors", out var errors) && errors.TryGetProperty(field, out var texts) ? texts[0].GetString() : null;

    public static async Task<ApiResponse> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter?.Delta,
        await response.Content.ReadAsStringAsync());
}
