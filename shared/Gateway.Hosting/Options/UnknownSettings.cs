using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Options;

/// <summary>
/// Names in our sections that nobody reads. One that is a slip of the pen away from a known name stops the start; others
/// may belong to another service that shares the same environment, so they pass.
/// </summary>
internal static class UnknownSettings
{
    private const int SlipOfThePen = 2;

    public static void Find(IConfiguration configuration, SettingsCatalog catalog, List<SettingError> faults)
    {
        foreach (var section in catalog.Classes.GroupBy(c => c.Section, StringComparer.Ordinal))
        {
            if (section.Any(c => c.SharedWithOthers)) continue;
            var known = section.SelectMany(c => SettingsBinder.PropertiesOf(c.Type)).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var child in configuration.GetSection(section.Key).GetChildren())
            {
                if (known.Contains(child.Key) || EnvironmentAliases.IsTarget(child.Path)) continue;
                if (Nearest(child.Key, known) is { } name)
                    faults.Add(new SettingError(child.Path, child.Value, $"is no setting; is {section.Key}:{name} meant?", IsSecret: true));
            }
        }
    }

    private static string? Nearest(string name, IEnumerable<string> known) =>
        known.Select(k => (Name: k, Distance: Distance(k.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(k => k.Distance <= SlipOfThePen)
            .OrderBy(k => k.Distance).Select(k => k.Name).FirstOrDefault();

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
