using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Settings;

/// <summary>Binds a class on trial and asks its annotations and its own validation.</summary>
internal static class SettingsInspector
{
    public static void Inspect(IConfigurationSection section, Type type, List<SettingFault> faults)
    {
        var settings = Activator.CreateInstance(type)!;
        var before = faults.Count;
        SettingsBinder.Bind(section, settings, faults);
        var unbound = faults.Skip(before).Select(f => f.Setting).ToHashSet(StringComparer.Ordinal);
        var context = new ValidationContext(settings);
        foreach (var property in SettingsBinder.PropertiesOf(type))
        {
            if (unbound.Contains(section.Path + ":" + property.Name)) continue;
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                context.MemberName = property.Name;
                if (rule.GetValidationResult(property.GetValue(settings), context) is { } result) faults.Add(Fault(section, property, Words(rule, result)));
            }
        }

        // A class that cannot be bound is not asked about itself: it would complain about defaults.
        if (faults.Count > before || settings is not IValidatableObject own) return;
        foreach (var result in own.Validate(new ValidationContext(settings)))
        {
            var member = result.MemberNames.FirstOrDefault() ?? "";
            faults.Add(Fault(section, type.GetProperty(member.Split(':')[0]), result.ErrorMessage ?? "is wrong", member));
        }
    }

    private static SettingFault Fault(IConfigurationSection section, PropertyInfo? property, string what, string? path = null)
    {
        path ??= property!.Name;
        return new SettingFault(
            path.Length > 0 ? section.Path + ":" + path : section.Path,
            section[path],
            what,
            property?.IsDefined(typeof(SecretAttribute)) is true);
    }

    private static string Words(ValidationAttribute rule, ValidationResult result) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}"),
        RequiredAttribute => "must be set",
        _ => result.ErrorMessage ?? "is wrong",
    };
}
