using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Options;

/// <summary>Binds a class on trial and asks its annotations and its own validation, and those of the objects in it.</summary>
internal static class SettingsInspector
{
    public static void Inspect(IConfigurationSection section, Type type, List<SettingError> faults)
    {
        var settings = Activator.CreateInstance(type)!;
        var found = new List<SettingError>();
        SettingsBinder.Bind(section, settings, found);
        // What could not be bound stands there with its default: nothing more is said about it.
        var unbound = found.Select(f => f.Setting).ToHashSet(StringComparer.Ordinal);
        Ask(section, settings, found);
        faults.AddRange(found.Where((fault, i) => i < unbound.Count || !unbound.Contains(fault.Setting)));
    }

    private static void Ask(IConfigurationSection section, object settings, List<SettingError> faults)
    {
        var context = new ValidationContext(settings);
        foreach (var property in SettingsBinder.PropertiesOf(settings.GetType()))
        {
            var value = property.GetValue(settings);
            context.MemberName = property.Name;
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (rule.GetValidationResult(value, context) is { } result) faults.Add(Fault(section, property.Name, property, Words(rule, result)));
            }

            AskInside(section.GetSection(property.Name), value, faults);
        }

        if (settings is not IValidatableObject own) return;
        foreach (var result in own.Validate(new ValidationContext(settings)))
        {
            var path = result.MemberNames.FirstOrDefault() ?? "";
            faults.Add(Fault(section, path, PropertyAt(settings.GetType(), path), result.ErrorMessage ?? "is wrong"));
        }
    }

    private static void AskInside(IConfigurationSection section, object? value, List<SettingError> faults)
    {
        if (value is null || SettingValue.IsSimple(value.GetType())) return;
        if (value is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary) AskInside(section.GetSection((string)entry.Key), entry.Value, faults);
        }
        else if (value is IEnumerable list)
        {
            var index = 0;
            foreach (var item in list) AskInside(section.GetSection(index++.ToString(CultureInfo.InvariantCulture)), item, faults);
        }
        else
        {
            Ask(section, value, faults);
        }
    }

    private static SettingError Fault(IConfigurationSection section, string path, PropertyInfo? property, string what)
    {
        // Not knowing what it is of, better show nothing of it.
        if (property is null) return new SettingError(path is "" ? section.Path : section.Path + ":" + path, section[path is "" ? "-" : path], what, IsSecret: true);
        var setting = section.GetSection(path);
        var value = setting.Value ?? string.Join(',', setting.GetChildren().Select(c => c.Value));
        return new SettingError(setting.Path, value is "" ? null : value, what, SecretAttribute.IsOn(property));
    }

    /// <summary>Follows <c>Policies:0:Pattern</c> through the types.</summary>
    private static PropertyInfo? PropertyAt(Type type, string path)
    {
        PropertyInfo? property = null;
        foreach (var name in path.Split(':'))
        {
            if (int.TryParse(name, CultureInfo.InvariantCulture, out _)) continue;
            property = type.GetProperty(name);
            if (property is null) return null;
            type = SettingsBinder.ItemOf(property.PropertyType) ?? property.PropertyType;
        }

        return property;
    }

    private static string Words(ValidationAttribute rule, ValidationResult result) => rule switch
    {
        RangeAttribute { OperandType: var type } range when type == typeof(TimeSpan) =>
            $"must be between {Seconds(range.Minimum)} and {Seconds(range.Maximum)}; a bare number is seconds",
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}"),
        RequiredAttribute => "must be set",
        _ => result.ErrorMessage ?? "is wrong",
    };

    private static string Seconds(object length) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.Parse(length.ToString()!, CultureInfo.InvariantCulture).TotalSeconds}s");
}
