using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Contracts;

/// <summary>
/// The one rule for names. Rooms and tasks: 1–128 of <c>A-Za-z0-9 : _ - . @</c>, so that no name can become a Redis
/// pattern. User ids come from tokens: 1–256 visible characters; what the rule does not allow is percent-encoded.
/// </summary>
public static class Names
{
    public const int MaxLength = 128;
    public const int MaxUserIdLength = 256;

    /// <summary>For error texts.</summary>
    public const string Rule = "1 to 128 characters of A-Z a-z 0-9 : _ - . @";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-.@");

    private static readonly SearchValues<byte> AllowedBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-.@"u8);

    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength && !name.ContainsAnyExcept(Allowed);

    public static bool IsUserId(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > MaxUserIdLength) return false;
        foreach (var rune in id.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || IsInvisible(rune)) return false;
        }

        return true;
    }

    /// <summary>
    /// Format characters (zero width, bidi controls, soft hyphen, tags) and the other code points that Unicode lists as
    /// Default_Ignorable, with the blank braille pattern: two ids that differ in them look the same.
    /// </summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x2800 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>A user id as it is written in Redis names: UTF-8, upper-case hex. <c>auth0|5f</c> becomes <c>auth0%7C5f</c>.</summary>
    public static string Encode(string id)
    {
        if (!id.AsSpan().ContainsAnyExcept(Allowed)) return id;
        var utf8 = Encoding.UTF8.GetBytes(id);
        var text = new StringBuilder(utf8.Length + 16);
        foreach (var b in utf8)
        {
            if (AllowedBytes.Contains(b)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2"));
        }

        return text.ToString();
    }

    /// <summary>The inverse of <see cref="Encode"/>; null when the text is not what <see cref="Encode"/> writes.</summary>
    public static string? Decode(string encoded)
    {
        var id = Uri.UnescapeDataString(encoded);
        return IsUserId(id) && Encode(id) == encoded ? id : null;
    }
}
