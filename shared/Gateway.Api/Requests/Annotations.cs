using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Api.Requests;

/// <summary>The annotations of a request record, checked under the names the client wrote.</summary>
internal static class Annotations<T>
    where T : class
{
    private static readonly (PropertyInfo Property, ValidationAttribute[] Rules)[] Ruled =
    [
        .. from property in typeof(T).GetProperties()
           let rules = property.GetCustomAttributes<ValidationAttribute>(inherit: true).ToArray()
           where rules.Length > 0
           select (property, rules),
    ];

    /// <summary>What is wrong, by field; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Check(T value, JsonSerializerOptions json)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (property, rules) in Ruled)
        {
            var name = JsonName(property, json);
            var content = property.GetValue(value);
            var texts = rules.Where(rule => !rule.IsValid(content)).Select(rule => rule.FormatErrorMessage(name)).ToArray();
            if (texts.Length > 0) faults[name] = texts;
        }

        if (faults.Count > 0 || value is not IValidatableObject whole) return faults;
        var across = whole.Validate(new ValidationContext(value)).SelectMany(result => result.MemberNames.Select(name => (name, result.ErrorMessage!)));
        return across.GroupBy(fault => fault.name).ToDictionary(field => field.Key, field => field.Select(fault => fault.Item2).ToArray());
    }

    private static string JsonName(PropertyInfo property, JsonSerializerOptions json) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? json.PropertyNamingPolicy?.ConvertName(property.Name) ?? property.Name;
}
