using System.Globalization;
using System.Text.Json;

namespace Gateway.Hosting.Identity;

/// <summary>Reads claims as tokens really write them.</summary>
internal static class ClaimValue
{
    /// <summary>A day before the calendar ends, so that leeway can be added to it.</summary>
    private const double LastSecond = 253_402_214_400;

    /// <summary>Absent, null or an empty text: some serializers write what they do not have.</summary>
    public static bool IsEmpty(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    /// <summary>A text, or a whole number as text.</summary>
    public static string? Text(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return String(value);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>One text or an array of them.</summary>
    public static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return String(value) is { } one ? [one] : [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(String).OfType<string>() : [];
    }

    /// <summary>As <see cref="Texts"/>, each taken apart at its blanks.</summary>
    public static IEnumerable<string> Words(JsonElement claims, string name) =>
        Texts(claims, name).SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Seconds since 1970 as a number; a text that looks like one is none.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds)) return null;
        return seconds is >= 0 and < LastSecond ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
    }

    /// <summary>Null for escapes that are no text: <c>"\ud800"</c> alone.</summary>
    private static string? String(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
