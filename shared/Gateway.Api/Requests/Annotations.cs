using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Api.Requests;

/// <summary>The annotations of a request record, reported under the names the client wrote.</summary>
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
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (property, rules) in Ruled)
        {
            var name = JsonName(property, json);
            var content = property.GetValue(value);
            var texts = rules.Where(rule => !rule.IsValid(content)).Select(rule => rule.FormatErrorMessage(name)).ToArray();
            if (texts.Length > 0) errors[name] = texts;
        }

        if (errors.Count > 0 || value is not IValidatableObject whole) return errors;
        var across = whole.Validate(new ValidationContext(value)).SelectMany(result => result.MemberNames.Select(name => (name, result.ErrorMessage!)));
        return across.GroupBy(error => error.name).ToDictionary(field => field.Key, field => field.Select(error => error.Item2).ToArray());
    }

    /// <summary>What is wrong with a field that could not be read: the type it must have, where that is the reason.</summary>
    public static string ReadError(JsonException exception, string field, JsonSerializerOptions json)
    {
        if (exception.Message.StartsWith("Duplicate property", StringComparison.Ordinal)) return $"The field {field} appears twice.";
        var property = typeof(T).GetProperties().FirstOrDefault(property => JsonName(property, json) == field);

        // An inner JSON exception is the reader's: the text is no JSON at all.
        if (property is null || exception.InnerException is JsonException || TypeText(property) is not { } type)
            return $"This is not the JSON that is expected here (near line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}).";
        return $"The field {field} must be {type}.";
    }

    private static string? TypeText(PropertyInfo property)
    {
        if (property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(TextOrNumber)) return "a string or a number";
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string)) return "a string";
        if (type == typeof(int) || type == typeof(long)) return "an integer";
        return type == typeof(double) ? "a number" : null;
    }

    private static string JsonName(PropertyInfo property, JsonSerializerOptions json) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? json.PropertyNamingPolicy?.ConvertName(property.Name) ?? property.Name;
}
