using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Options;

/// <param name="Section">The section's name.</param>
/// <param name="Type">The class that is bound to it.</param>
/// <param name="SharedWithOthers">True: the section holds names that are not ours.</param>
internal sealed record SettingsClass(string Section, Type Type, bool SharedWithOthers);

/// <summary>Every class of settings that this process has asked for.</summary>
internal sealed class SettingsCatalog
{
    private readonly List<SettingsClass> _classes = [];

    public IReadOnlyList<SettingsClass> Classes => _classes;

    public List<Func<IConfiguration, IEnumerable<SettingError>>> Checks { get; } = [];

    public static SettingsCatalog Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(SettingsCatalog))?.ImplementationInstance is SettingsCatalog known) return known;
        var catalog = new SettingsCatalog();
        services.AddSingleton(catalog);
        return catalog;
    }

    public void Add(SettingsClass settings)
    {
        if (!_classes.Contains(settings)) _classes.Add(settings);
    }

    public string SectionOf(Type type) => _classes.First(c => c.Type == type).Section;
}
