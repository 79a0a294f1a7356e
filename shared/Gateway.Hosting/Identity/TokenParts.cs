using System.Buffers.Text;
using System.Text.Json;

namespace Gateway.Hosting.Identity;

/// <summary>A compact JWS taken apart, strictly: what the JSON reader would forgive, this does not.</summary>
internal static class TokenParts
{
    public const int MaxBytes = 8 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>What is wrong with it; null when both parts are JSON objects, which the caller then disposes.</summary>
    public static string? TryRead(string token, out JsonDocument header, out JsonDocument payload)
    {
        (header, payload) = (null!, null!);
        if (token.Length is 0 or > MaxBytes) return token.Length == 0 ? "the token is empty" : "the token is longer than 8 KB";
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0) return "the token does not have three parts";
        if (Parse(token.AsSpan(0, first)) is not { } h) return "the token's header is not a JSON object with each name once";
        if (Parse(token.AsSpan(first + 1, second - first - 1)) is not { } p)
        {
            h.Dispose();
            return "the token's claims are not a JSON object with each name once";
        }

        (header, payload) = (h, p);
        return null;
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
        }

        return null;
    }
}
