using System.Globalization;
using System.Text.Unicode;

namespace Gateway.Contracts;

/// <summary>
/// Checks that every <c>\ud800</c>-like escape in JSON is part of a pair. JSON's grammar allows a lone surrogate (RFC 8259
/// section 8.2), but it is no valid Unicode: reading the string later, here or in a client, would fail.
/// </summary>
public static class SurrogateEscapes
{
    private const int EscapeLength = 6;

    /// <summary>Null when the JSON is valid UTF-8 and all its surrogates are paired; else the rest of a sentence that names the error.</summary>
    public static string? TextError(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return "is not valid UTF-8";
        return ArePaired(json) ? null : "has an unpaired surrogate";
    }

    public static bool ArePaired(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at and >= 0)
        {
            json = json[at..];
            var unit = CodeUnit(json);
            if (char.IsHighSurrogate(unit) && json.Length > EscapeLength && char.IsLowSurrogate(CodeUnit(json[EscapeLength..]))) json = json[EscapeLength..];
            else if (char.IsSurrogate(unit)) return false;
            json = json[Math.Min(2, json.Length)..];
        }

        return true;
    }

    /// <summary>The UTF-16 unit of an escape at the beginning; NUL if there is none.</summary>
    private static char CodeUnit(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u' && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : '\0';
}
