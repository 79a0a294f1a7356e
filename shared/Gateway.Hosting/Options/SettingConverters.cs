using System.ComponentModel;
using System.Globalization;

namespace Gateway.Hosting.Options;

/// <summary>
/// The type converters that settings are read with. They are registered for the process, because the framework's binder asks
/// <see cref="TypeDescriptor"/>: texts that the framework's own converters read keep their meaning, apart from a bare number of a
/// <see cref="TimeSpan"/>, which is seconds and not days.
/// </summary>
internal static class SettingConverters
{
    private static readonly Lazy<bool> Registered = new(Register);

    public static void Install() => _ = Registered.Value;

    private static bool Register()
    {
        TypeDescriptor.AddAttributes(typeof(TimeSpan), new TypeConverterAttribute(typeof(DurationConverter)));
        TypeDescriptor.AddAttributes(typeof(bool), new TypeConverterAttribute(typeof(SwitchConverter)));
        return true;
    }
}

/// <summary>Reads <c>30s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>, <c>00:00:30</c> or a number of seconds.</summary>
internal sealed class DurationConverter : TimeSpanConverter
{
    /// <summary>For error texts.</summary>
    public const string Rule = "is not a length of time: write 30s, 500ms, 5m, 1h, 1d, 00:00:30 or a number of seconds";

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)), ("", TimeSpan.FromSeconds(1)),
    ];

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is not string text ? base.ConvertFrom(context, culture, value)
        : TryParse(text.Trim(), out var duration) ? duration
        : throw new FormatException($"\"{text}\" {Rule}");

    private static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.Contains(':', StringComparison.Ordinal)) return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        var (unit, length) = Array.Find(Units, u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        if (!(Math.Abs(number) * length.TotalDays < 36_500)) return false;
        duration = length * number;
        return true;
    }
}

/// <summary>Reads <c>1</c>, <c>yes</c>, <c>on</c> and their opposites besides <c>true</c> and <c>false</c>: environment names are customarily set so.</summary>
internal sealed class SwitchConverter : BooleanConverter
{
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => (value as string)?.Trim().ToUpperInvariant() switch
    {
        "1" or "YES" or "ON" => true,
        "0" or "NO" or "OFF" => false,
        _ => base.ConvertFrom(context, culture, value),
    };
}
