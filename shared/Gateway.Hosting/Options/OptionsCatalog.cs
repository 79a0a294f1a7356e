using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Options;

/// <param name="Name">The section's name.</param>
/// <param name="Type">The class that is bound to it.</param>
/// <param name="SharedWithOthers">True: the section contains names that are not ours.</param>
internal sealed record OptionsSection(string Name, Type Type, bool SharedWithOthers)
{
    /// <summary>Every setting, as <c>Section:Name</c>.</summary>
    public IEnumerable<string> Settings => PropertiesOf(Type).Select(p => $"{Name}:{p.Name}");

    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true });

    /// <summary>The type of a list's entries; null for a type that is not a list.</summary>
    public static Type? EntryOf(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    /// <summary>Whether the type has settings of its own.</summary>
    public static bool IsObject(Type type) => type.IsClass && type != typeof(string) && EntryOf(type) is null;
}

/// <summary>The options classes that this process has registered.</summary>
internal sealed class OptionsCatalog
{
    private readonly List<OptionsSection> _sections = [];

    public IReadOnlyList<OptionsSection> Sections => _sections;

    public static OptionsCatalog Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(OptionsCatalog))?.ImplementationInstance is OptionsCatalog known) return known;
        var catalog = new OptionsCatalog();
        services.AddSingleton(catalog);
        return catalog;
    }

    /// <returns>False if it was registered before.</returns>
    public bool Add(OptionsSection section)
    {
        if (_sections.Contains(section)) return false;
        _sections.Add(section);
        return true;
    }
}
