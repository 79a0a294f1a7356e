using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Hosting.Options;

namespace Gateway.Api.Requests;

/// <summary>Checks the annotations of a request record and reports errors under the names in the JSON.</summary>
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

    /// <summary>The errors by field; empty if there are none.</summary>
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

    /// <summary>The error of a body that could not be read.</summary>
    /// <param name="exception">The serializer's error.</param>
    /// <param name="field">The field with the error; null: the body as a whole.</param>
    /// <param name="json">The options of the serializer.</param>
    public static string ReadError(JsonException exception, string? field, JsonSerializerOptions json)
    {
        // An inner JSON exception is the reader's: the text is no JSON at all.
        if (field is not null && exception.InnerException is not JsonException)
        {
            if (exception.Message.StartsWith("Duplicate property", StringComparison.Ordinal)) return $"The field {field} appears twice.";
            var properties = typeof(T).GetProperties();
            var property = Array.Find(properties, property => string.Equals(JsonName(property, json), field, StringComparison.OrdinalIgnoreCase));
            if (property is null) return UnknownField(field, [.. properties.Select(known => JsonName(known, json))]);
            if (TypeText(property) is { } type) return $"The field {field} must be {type}.";
        }

        return $"This is not the JSON that is expected here (near line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}).";
    }

    private static string UnknownField(string field, string[] known) => NearestName.Of(field, known) is { } name
        ? $"The field {field} is unknown; is {name} meant?"
        : $"The field {field} is unknown; known are {string.Join(", ", known)}.";

    private static string? TypeText(PropertyInfo property)
    {
        if (property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(TextOrNumber)) return "a string or a number";
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string)) return "a string";
        if (type == typeof(int) || type == typeof(long)) return "an integer";
        return type == typeof(double) ? "a number" : null;
    }

    private static string JsonName(PropertyInfo property, JsonSerializerOptions json) => json.PropertyNamingPolicy!.ConvertName(property.Name);
}
