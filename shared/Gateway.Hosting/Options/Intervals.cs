using System.Globalization;

namespace Gateway.Hosting.Options;

/// <summary>Lengths of time as settings write them. A bare number is seconds; the framework alone would take it for days.</summary>
public static class Intervals
{
    /// <summary>For error texts.</summary>
    public const string Rule = "is not a length of time: write 30s, 500ms, 5m, 1h, 1d, 00:00:30 or a number of seconds";

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)), ("", TimeSpan.FromSeconds(1)),
    ];

    public static bool TryParse(string text, out TimeSpan interval)
    {
        interval = TimeSpan.Zero;
        if (text.Contains(':', StringComparison.Ordinal)) return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out interval);
        var (unit, length) = Array.Find(Units, u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        if (!(Math.Abs(number) * length.TotalDays < 36_500)) return false;
        interval = length * number;
        return true;
    }
}
