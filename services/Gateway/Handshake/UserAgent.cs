using System.Globalization;
using System.Text;

namespace Gateway.Handshake;

/// <summary>The User-Agent header as it may stand in a log line.</summary>
internal static class UserAgent
{
    private const int MaxLength = 256;

    /// <summary>
    /// Cut, and without characters that a terminal or a reader of the log would take for something else: control, format (bidi) and
    /// line separator characters, lone surrogates, the quotation mark and the backslash are escaped as <c>\uXXXX</c>.
    /// </summary>
    public static string ForLog(string value)
    {
        var cut = value.Length <= MaxLength ? value : value[..MaxLength] + "…";
        if (!cut.Any(MustBeEscaped)) return cut;
        var text = new StringBuilder(cut.Length + 32);
        foreach (var character in cut)
        {
            if (MustBeEscaped(character)) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else text.Append(character);
        }

        return text.ToString();
    }

    private static bool MustBeEscaped(char character) => character is '"' or '\\' || char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
