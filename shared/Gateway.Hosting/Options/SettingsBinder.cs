using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Options;

/// <summary>
/// Section → object, property by property, so that every value that does not fit is named, not only the first.
/// Knows texts, numbers, times, enums, lists, dictionaries by name and classes made of these.
/// </summary>
internal static class SettingsBinder
{
    /// <summary>What can be set: by a setter, or a list that is there to be filled.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && (p.SetMethod is { IsPublic: true } || ArgumentOf(p.PropertyType, typeof(ICollection<>), 0) is not null));

    /// <summary>The type of a list's items; null for what is no list.</summary>
    public static Type? ItemOf(Type type) => SettingValue.IsSimple(type) ? null : ArgumentOf(type, typeof(IEnumerable<>), 0);

    public static void Bind(IConfigurationSection section, object target, List<SettingError> faults)
    {
        foreach (var property in PropertiesOf(target.GetType()))
        {
            var child = section.GetSection(property.Name);
            if (!child.Exists() || (child.Value is "" && !child.GetChildren().Any())) continue;
            if (Read(child, property.PropertyType, SecretAttribute.IsOn(property), faults) is { } value) Set(property, target, value);
        }
    }

    private static void Set(PropertyInfo property, object target, object value)
    {
        if (property.SetMethod is not null)
        {
            property.SetValue(target, value);
            return;
        }

        var list = (IList)property.GetValue(target)!;
        list.Clear();
        foreach (var item in (IEnumerable)value) list.Add(item);
    }

    /// <summary>Null when it does not fit; then the fault is in the list.</summary>
    private static object? Read(IConfigurationSection section, Type type, bool secret, List<SettingError> faults)
    {
        if (SettingValue.IsSimple(type))
        {
            if (SettingValue.TryParse(section.Value, type, out var value, out var fault)) return value;
            faults.Add(new SettingError(section.Path, section.Value, fault, secret));
            return null;
        }

        if (ArgumentOf(type, typeof(IDictionary<,>), 1) is { } valueType) return ReadDictionary(section, valueType, secret, faults);
        if (ItemOf(type) is { } itemType) return ReadList(section, itemType, type.IsArray, secret, faults);
        return ReadObject(section, type, faults);
    }

    private static object ReadObject(IConfigurationSection section, Type type, List<SettingError> faults)
    {
        var known = PropertiesOf(type).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key)))
            faults.Add(new SettingError(child.Path, child.Value, "is no setting; here may stand " + string.Join(", ", known), IsSecret: true));
        var target = Activator.CreateInstance(type)!;
        Bind(section, target, faults);
        return target;
    }

    private static object ReadList(IConfigurationSection section, Type itemType, bool isArray, bool secret, List<SettingError> faults)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        foreach (var part in (section.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!SettingValue.IsSimple(itemType)) faults.Add(new SettingError(section.Path, section.Value, "is a list of objects; write " + section.Path + ":0:<name>", secret));
            else if (SettingValue.TryParse(part, itemType, out var value, out var fault)) list.Add(value);
            else faults.Add(new SettingError(section.Path, section.Value, $"\"{(secret ? "an entry" : part)}\" {fault}", secret));
        }

        foreach (var child in section.GetChildren())
        {
            if (Read(child, itemType, secret, faults) is { } item) list.Add(item);
        }

        if (!isArray) return list;
        var array = Array.CreateInstance(itemType, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private static IDictionary ReadDictionary(IConfigurationSection section, Type valueType, bool secret, List<SettingError> faults)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType), StringComparer.Ordinal)!;
        foreach (var child in section.GetChildren())
        {
            if (Read(child, valueType, secret, faults) is { } value) dictionary[child.Key] = value;
        }

        return dictionary;
    }

    private static Type? ArgumentOf(Type type, Type shape, int argument)
    {
        var all = type.IsInterface ? type.GetInterfaces().Append(type) : type.GetInterfaces();
        return all.FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == shape)?.GetGenericArguments()[argument];
    }
}
