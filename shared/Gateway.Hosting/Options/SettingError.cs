namespace Gateway.Hosting.Options;

/// <param name="Setting">Where it stands: <c>Limits:MaxConnections</c>.</param>
/// <param name="Value">What stands there; null when nothing does.</param>
/// <param name="What">What is wrong with it and what would be right.</param>
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
