using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Gateway.Hosting.Options;

namespace Gateway.UnitTests.Hosting;

/// <summary>Classes of settings → the rows of SETTINGS.md.</summary>
internal static class SettingsTable
{
    public const string Head = "| setting | environment | default | range | what |\n|---|---|---|---|---|";

    public static IEnumerable<string> Rows(IEnumerable<OptionsSection> sections) =>
        sections.SelectMany(s => Rows(s.Name, s.Type)).Distinct().OrderBy(row => row, StringComparer.Ordinal);

    private static IEnumerable<string> Rows(string path, Type type)
    {
        var (one, other) = (Activator.CreateInstance(type)!, Activator.CreateInstance(type)!);
        foreach (var property in OptionsSection.PropertiesOf(type))
        {
            var setting = $"{path}:{property.Name}";
            var names = string.Join("<br>", EnvironmentAliases.NamesOf(setting).Select(n => $"`{n}`"));
            var usual = Text(property.GetValue(one));
            if (usual != Text(property.GetValue(other))) usual = "–";
            if (usual == "–") usual = XmlDocs.Default(property) ?? usual;
            yield return $"| `{setting}` | {names} | {usual} | {Range(property)} | {XmlDocs.Summary(property)} |";
            var item = OptionsSection.EntryOf(property.PropertyType);
            if (item is null || !OptionsSection.IsObject(item)) continue;
            foreach (var row in Rows(setting + ":0", item)) yield return row;
        }
    }

    private static string Text(object? value) => value switch
    {
        null or "" => "–",
        TimeSpan time => Time(time),
        bool flag => flag ? "true" : "false",
        System.Collections.IEnumerable list when value is not string => Text(string.Join(", ", list.Cast<object>())),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Range(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(bool)) return "true, false";
        if (type.IsEnum) return string.Join(", ", Enum.GetNames(type));
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return "";
        return type == typeof(TimeSpan)
            ? $"{Time(TimeSpan.Parse((string)range.Minimum, CultureInfo.InvariantCulture))} – {Time(TimeSpan.Parse((string)range.Maximum, CultureInfo.InvariantCulture))}"
            : $"{Text(range.Minimum)} – {Text(range.Maximum)}";
    }

    private static string Time(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0",
        { TotalDays: >= 1 } when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.TotalDays:0} d",
        { TotalHours: >= 1 } when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours:0} h",
        { TotalMinutes: >= 1 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes:0} min",
        { TotalSeconds: >= 1 } when time.Ticks % TimeSpan.TicksPerSecond == 0 => $"{time.TotalSeconds:0} s",
        _ => $"{time.TotalMilliseconds:0} ms",
    };
}
