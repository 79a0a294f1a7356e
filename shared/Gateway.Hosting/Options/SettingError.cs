using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Options;

/// <param name="Setting">The setting's path: <c>Limits:MaxConnections</c>.</param>
/// <param name="Value">Its value; null if it is not set.</param>
/// <param name="What">The error and what would be valid.</param>
/// <param name="IsSecret">True: the value is not shown.</param>
public readonly record struct SettingError(string Setting, string? Value, string What, bool IsSecret = false)
{
    public override string ToString()
    {
        var value = Value is null ? "is not set" : IsSecret ? "= (hidden)" : $"= \"{Value.ReplaceLineEndings(" ")}\"";
        return $"""
              {Setting} {value}
                {What}
                environment: {string.Join(" or ", EnvironmentAliases.NamesOf(Setting))}
            """;
    }
}

/// <summary>The process must not start: the message names every invalid setting and how to correct it.</summary>
public sealed class SettingsException : Exception
{
    internal SettingsException(string service, IEnumerable<OptionsValidationException> invalid)
        : base(Text(service, [.. invalid.SelectMany(e => e.Failures).Distinct(StringComparer.Ordinal)]))
    {
    }

    private static string Text(string service, List<string> errors)
    {
        var count = errors.Count == 1 ? "a setting is wrong" : $"{errors.Count} settings are wrong";
        return $"{service} does not start: {count}.\n\n{string.Join("\n\n", errors)}\n";
    }
}

/// <summary>
/// Marks a setting whose value is never shown. It is the framework's <c>[DataType(DataType.Password)]</c>, which projects that do not
/// reference this one use instead.
/// </summary>
public sealed class SecretAttribute() : DataTypeAttribute(DataType.Password)
{
    internal static bool IsOn(MemberInfo setting) => setting.GetCustomAttribute<DataTypeAttribute>()?.DataType == DataType.Password;
}
