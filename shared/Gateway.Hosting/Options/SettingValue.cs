using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gateway.Hosting.Options;

/// <summary>One text → one value, with words for a text that is none.</summary>
internal static class SettingValue
{
    public static bool IsSimple(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(TimeSpan) || plain == typeof(Uri) || plain == typeof(decimal);
    }

    public static bool TryParse(string? text, Type type, [NotNullWhen(true)] out object? value, out string fault)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        (value, fault) = Parse(text?.Trim() ?? "", plain);
        return value is not null;
    }

    private static (object? Value, string Fault) Parse(string text, Type type)
    {
        if (type == typeof(string)) return (text, "");
        if (type == typeof(bool)) return (Bool(text), "is neither true nor false");
        if (type == typeof(TimeSpan)) return (Intervals.TryParse(text, out var time) ? time : null, Intervals.Rule);
        if (type == typeof(Uri)) return (Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null, "is not an absolute address");
        if (type.IsEnum) return (Enum.TryParse(type, text, ignoreCase: true, out var e) && Enum.IsDefined(type, e) ? e : null, "is none of " + string.Join(", ", Enum.GetNames(type)));
        if (Number(text, type) is { } number) return (number, "");
        var whole = type != typeof(double) && type != typeof(float) && type != typeof(decimal);
        return (null, text.Length > 0 && text.All(char.IsAsciiDigit) ? "is too large a number" : whole ? "is not a whole number" : "is not a number");
    }

    private static object? Bool(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => null,
    };

    private static object? Number(string text, Type type)
    {
        try
        {
            return Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            return null;
        }
    }
}
