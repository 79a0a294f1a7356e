using System.Buffers;
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
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)) return false;
        }

        return true;
    }

    /// <summary>A user id as it stands in Redis names: UTF-8, upper-case hex. <c>auth0|5f</c> becomes <c>auth0%7C5f</c>.</summary>
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
