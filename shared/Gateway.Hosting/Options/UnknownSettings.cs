using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Options;

/// <summary>
/// Finds names that no service reads: in our sections, and among the customary environment names. A name that differs from a known one by
/// one or two characters stops the start. Others may belong to another service that shares the environment, so they are ignored.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>Shorter names, such as PORT, are too close to unrelated ones, such as HOST.</summary>
    private const int MinEnvironmentName = 8;

    public static IEnumerable<SettingError> Find(IConfiguration configuration, OptionsCatalog catalog) =>
        catalog.Sections.GroupBy(s => s.Name, StringComparer.Ordinal).Where(s => !s.Any(c => c.SharedWithOthers))
            .SelectMany(section => InSection(configuration.GetSection(section.Key), section))
            .Concat(InEnvironment(configuration, catalog.Sections.SelectMany(s => s.Settings).ToHashSet(StringComparer.Ordinal)));

    private static IEnumerable<SettingError> InSection(IConfigurationSection section, IEnumerable<OptionsSection> classes)
    {
        var known = classes.SelectMany(c => OptionsSection.PropertiesOf(c.Type)).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (known.Contains(child.Key) || EnvironmentAliases.IsTarget(child.Path)) continue;
            if (NearestName.Of(child.Key, known) is { } name)
                yield return new SettingError(child.Path, child.Value, $"is no setting; is {section.Key}:{name} meant?", IsSecret: true);
        }
    }

    /// <summary>A name whose setting is set by another name is somebody else's.</summary>
    private static IEnumerable<SettingError> InEnvironment(IConfiguration configuration, HashSet<string> settings)
    {
        var all = EnvironmentAliases.All.Select(a => a.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unset = EnvironmentAliases.All.Where(a => a.Name.Length >= MinEnvironmentName && settings.Contains(a.Setting) && !configuration.GetSection(a.Setting).Exists())
            .Select(a => a.Name).ToList();
        foreach (var entry in configuration.GetChildren())
        {
            if (string.IsNullOrEmpty(entry.Value) || all.Contains(entry.Key)) continue;
            if (NearestName.Of(entry.Key, unset) is { } name) yield return new SettingError(entry.Key, entry.Value, $"is no known name; is {name} meant?", IsSecret: true);
        }
    }
}
