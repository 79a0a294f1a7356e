using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gateway.Contracts;

/// <summary>
/// A place in the log of a target, written <c>&lt;epoch&gt;.&lt;offset&gt;</c>: <c>k3f9.17</c>. Offset 0 is the place before the first message.
/// </summary>
/// <param name="Epoch">Names one life of the target's counter: 1–16 of a–z and 0–9. Offsets of different epochs cannot be compared.</param>
/// <param name="Offset">Number of a message: 1, 2, 3… per target and epoch.</param>
public readonly record struct Position(string Epoch, long Offset)
{
    public const int MaxEpochLength = 16;

    /// <summary>The longest written form.</summary>
    public const int MaxLength = MaxEpochLength + 1 + 19;

    private const int NewEpochLength = 8;

    /// <summary>A random epoch: it must differ from every earlier one of its target.</summary>
    public static string NewEpoch() => Random.Shared.GetString("abcdefghijklmnopqrstuvwxyz0123456789", NewEpochLength);

    public static bool TryParse(ReadOnlySpan<char> text, out Position position)
    {
        position = default;
        var dot = text.IndexOf('.');
        if (dot < 0 || !IsEpoch(text[..dot])) return false;
        var digits = text[(dot + 1)..];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || (digits[0] == '0' && digits.Length > 1)) return false;
        position = new Position(text[..dot].ToString(), offset);
        return true;
    }

    /// <summary>1–16 of a–z and 0–9.</summary>
    public static bool IsEpoch([NotNullWhen(true)] string? text) => text is not null && IsEpoch(text.AsSpan());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Offset}");

    private static bool IsEpoch(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxEpochLength) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)) return false;
        }

        return true;
    }
}
