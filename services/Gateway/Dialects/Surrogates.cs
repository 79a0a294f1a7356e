using System.Globalization;

namespace Gateway.Dialects;

/// <summary>
/// Whether every <c>\ud800</c>-like escape in JSON has its other half. JSON's grammar allows a half alone (RFC 8259 section 8.2), but
/// no text has such a character: whoever reads the string later, here or at a receiver, would fail.
/// </summary>
internal static class Surrogates
{
    private const int EscapeLength = 6;

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

    /// <summary>The UTF-16 unit of an escape that begins here; NUL where none does.</summary>
    private static char CodeUnit(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u' && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : '\0';
}
