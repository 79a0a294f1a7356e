using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Options;

/// <summary>
/// Does what <c>ValidateDataAnnotations</c> does (.NET 10), and what that leaves out: <see cref="IValidatableObject"/> is asked even if an
/// annotation failed, entries of lists are validated too, and every failure names the setting instead of the property.
/// </summary>
internal sealed class OptionsValidator<T>(IConfigurationSection section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var errors = new SectionReader(section, typeof(T)).Errors;
        // A text that could not be converted left the default in place: that needs no second error.
        var unread = errors.Select(e => e.Setting).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(AnnotationErrors.Of(section, options).Where(e => !unread.Contains(e.Setting)));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(e => e.ToString()));
    }
}

internal static class AnnotationErrors
{
    public static IEnumerable<SettingError> Of(IConfigurationSection section, object options)
    {
        var context = new ValidationContext(options);
        foreach (var property in OptionsSection.PropertiesOf(options.GetType()))
        {
            var value = property.GetValue(options);
            context.MemberName = property.Name;
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (rule.GetValidationResult(value, context) is { } result) yield return Error(section, property.Name, property, Text(rule, result));
            }

            foreach (var error in OfEntries(section.GetSection(property.Name), value)) yield return error;
        }

        if (options is not IValidatableObject validatable) yield break;
        foreach (var result in validatable.Validate(new ValidationContext(options)))
        {
            var path = result.MemberNames.FirstOrDefault() ?? "";
            yield return Error(section, path, PropertyAt(options.GetType(), path), result.ErrorMessage ?? "is invalid");
        }
    }

    private static IEnumerable<SettingError> OfEntries(IConfigurationSection section, object? value)
    {
        if (value is null || OptionsSection.EntryOf(value.GetType()) is not { } entry || !OptionsSection.IsObject(entry)) return [];
        return ((IEnumerable)value).Cast<object>().SelectMany((item, i) => Of(section.GetSection(i.ToString(CultureInfo.InvariantCulture)), item));
    }

    private static SettingError Error(IConfigurationSection section, string path, PropertyInfo? property, string text)
    {
        if (property is null) return new SettingError(path is "" ? section.Path : section.Path + ":" + path, null, text);
        var setting = section.GetSection(path);
        var value = setting.Value ?? string.Join(',', setting.GetChildren().Select(c => c.Value));
        return new SettingError(setting.Path, value is "" ? null : value, text, SecretAttribute.IsOn(property));
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
            type = OptionsSection.EntryOf(property.PropertyType) ?? property.PropertyType;
        }

        return property;
    }

    private static string Text(ValidationAttribute rule, ValidationResult result) => rule switch
    {
        RangeAttribute { OperandType: var type } range when type == typeof(TimeSpan) =>
            $"must be between {Seconds(range.Minimum)} and {Seconds(range.Maximum)}; a bare number is seconds",
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}"),
        RequiredAttribute => "must be set",
        _ => result.ErrorMessage ?? "is invalid",
    };

    private static string Seconds(object length) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.Parse(length.ToString()!, CultureInfo.InvariantCulture).TotalSeconds}s");
}
