using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Hosting.Identity;

/// <summary>
/// Refuses what JsonWebTokenHandler 8.16 accepts: base64url with padding or stray bits, text behind the JSON, repeated names,
/// invalid UTF-8 and unpaired surrogates, header parameters that bring a key or change the payload, and times that are not numbers.
/// </summary>
internal static class TokenPreCheck
{
    public const int MaxLength = 8 * 1024;

    /// <summary>1 January 10000 less a day, so that leeway can be added.</summary>
    private const double LastSecond = 253_402_214_400;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly string[] RefusedParameters = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"];
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The first error found, without any part of the token in it. Null when <paramref name="claims"/> is set, which the caller disposes.</summary>
    public static string? Error(string token, IEnumerable<string> algorithms, out string? kid, out JsonDocument? claims)
    {
        (kid, claims) = (null, null);
        if (token.Length == 0) return "the token is empty";
        if (token.Length > MaxLength) return "the token is longer than 8 KB";
        Span<Range> parts = stackalloc Range[4];
        var text = token.AsSpan();
        if (text.Split(parts, '.') != 3) return "the token does not have three parts";
        using var header = Parse(text[parts[0]]);
        if (header is null) return "the token's header is not a JSON object in UTF-8 with each name once";
        if (HeaderError(header.RootElement, algorithms, out kid) is { } headerError) return headerError;
        if (Decode(text[parts[2]]) is not { Length: > 0 }) return "the token's signature is not base64url";
        var payload = Parse(text[parts[1]]);
        if (payload is null) return "the token's claims are not a JSON object in UTF-8 with each name once";
        if (TimeError(payload.RootElement) is { } timeError)
        {
            payload.Dispose();
            return timeError;
        }

        claims = payload;
        return null;
    }

    /// <summary>Seconds since 1970 as a JSON number; null for everything else.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < LastSecond
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    private static string? TimeError(JsonElement claims)
    {
        if (Time(claims, "exp") is null) return "the token has no exp that is a number of seconds";
        return claims.TryGetProperty("nbf"u8, out _) && Time(claims, "nbf") is null ? "the token's nbf is not a number of seconds" : null;
    }

    private static string? HeaderError(JsonElement header, IEnumerable<string> algorithms, out string? kid)
    {
        kid = null;
        foreach (var name in RefusedParameters)
        {
            if (header.TryGetProperty(name, out _)) return $"the token's header has {name}, which is not accepted";
        }

        if (!TryGetText(header, "typ", out var type) || (type is not null && !Types.Contains(type, StringComparer.OrdinalIgnoreCase))) return "the token's typ is not JWT or at+jwt";
        if (!TryGetText(header, "kid", out kid)) return "the token's kid is not a string";
        return TryGetText(header, "alg", out var algorithm) && algorithm is not null && algorithms.Contains(algorithm)
            ? null
            : $"the token is not signed with {string.Join(" or ", algorithms)}";
    }

    /// <summary>False for a value that is not a string. Null when there is none.</summary>
    private static bool TryGetText(JsonElement header, string name, out string? text)
    {
        text = null;
        if (!header.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.String) return false;
        text = value.GetString();
        return true;
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        if (Decode(part) is not { } json || !Utf8.IsValid(json)) return null;
        try
        {
            if (json.AsSpan().IndexOf("\\u"u8) >= 0) ReadEscapes(json);
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Expected for what a client sent: not JSON, a repeated name, or an unpaired surrogate.
        }

        return null;
    }

    /// <summary>The reader throws for an unpaired surrogate only where a text is read, so all of them are read here.</summary>
    private static void ReadEscapes(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped) reader.GetString();
        }
    }

    /// <summary>Null for anything but the canonical form: no padding, no whitespace, no stray bits at the end.</summary>
    private static byte[]? Decode(ReadOnlySpan<char> part)
    {
        if (part.ContainsAnyExcept(Alphabet) || !Base64Url.IsValid(part)) return null;
        var bytes = Base64Url.DecodeFromChars(part);
        var lastGroup = Base64Url.EncodeToString(bytes.AsSpan(bytes.Length - (bytes.Length % 3)));
        return part.EndsWith(lastGroup, StringComparison.Ordinal) ? bytes : null;
    }
}
