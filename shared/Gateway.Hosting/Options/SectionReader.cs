using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Options;

/// <summary>
/// Prepares a section for the framework's binder (.NET 10), which throws at the first text it cannot convert, cannot read a list from
/// one text, and takes an empty text for a value. Here every such text is an error of its own and left out, <c>a,b</c> becomes two
/// entries, and an empty value counts as not set.
/// </summary>
internal sealed class SectionReader
{
    private readonly Dictionary<string, string?> _readable = new(StringComparer.OrdinalIgnoreCase);

    public SectionReader(IConfigurationSection section, Type type)
    {
        Read(section, type);
        Readable = new ConfigurationBuilder().AddInMemoryCollection(_readable).Build().GetSection(section.Path);
    }

    public IConfigurationSection Readable { get; }

    public List<SettingError> Errors { get; } = [];

    private void Read(IConfigurationSection section, Type type)
    {
        foreach (var property in OptionsSection.PropertiesOf(type))
        {
            var (child, secret) = (section.GetSection(property.Name), SecretAttribute.IsOn(property));
            if (OptionsSection.EntryOf(property.PropertyType) is not { } entry) ReadText(child.Path, child, property.PropertyType, secret);
            else if (OptionsSection.IsObject(entry)) ReadObjects(child, entry);
            else ReadList(child, entry, secret);
        }
    }

    private void ReadText(string target, IConfigurationSection setting, Type type, bool secret)
    {
        if (setting.Value is null or "") return;
        var text = setting.Value.Trim();
        if (ConversionError(text, Nullable.GetUnderlyingType(type) ?? type) is { } error) Errors.Add(new SettingError(setting.Path, setting.Value, error, secret));
        else _readable[target] = text;
    }

    private void ReadList(IConfigurationSection section, Type entry, bool secret)
    {
        var count = 0;
        foreach (var part in (section.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) _readable[Next()] = part;
        foreach (var child in section.GetChildren()) ReadText(Next(), child, entry, secret);

        string Next() => string.Create(CultureInfo.InvariantCulture, $"{section.Path}:{count++}");
    }

    private void ReadObjects(IConfigurationSection section, Type entry)
    {
        if (section.Value is { Length: > 0 } text) Errors.Add(new SettingError(section.Path, text, "is a list of objects; write " + section.Path + ":0:<name>"));
        var known = OptionsSection.PropertiesOf(entry).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            foreach (var unknown in child.GetChildren().Where(c => !known.Contains(c.Key)))
                Errors.Add(new SettingError(unknown.Path, unknown.Value, "is no setting; the names here are " + string.Join(", ", known), IsSecret: true));
            Read(child, entry);
        }
    }

    private static string? ConversionError(string text, Type type)
    {
        if (type.IsEnum) return Enum.TryParse(type, text, ignoreCase: true, out var value) && Enum.IsDefined(type, value) ? null : "is none of " + string.Join(", ", Enum.GetNames(type));
        if (TypeDescriptor.GetConverter(type).IsValid(text)) return null;
        if (type == typeof(bool)) return "is neither true nor false";
        if (type == typeof(TimeSpan)) return DurationConverter.Rule;
        return text.Length > 0 && text.All(char.IsAsciiDigit) ? "is too large a number" : type == typeof(double) ? "is not a number" : "is not a whole number";
    }
}
