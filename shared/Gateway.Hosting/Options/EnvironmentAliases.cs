using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace Gateway.Hosting.Options;

/// <summary>
/// The customary short environment names, each for one setting. The framework's environment provider (.NET 10) maps names only by
/// prefix and <c>__</c>; it cannot give a setting a second name, an order between two names, or a unit that depends on the value.
/// </summary>
internal static class EnvironmentAliases
{
    /// <summary>If two names of one setting are set, the first in this list counts.</summary>
    public static readonly IReadOnlyList<(string Name, string Setting)> All =
    [
        ("PORT", "Listen:Port"),
        ("JWT_SECRET", "Auth:Secret"),
        ("JWT_PUBLIC_KEY", "Auth:PublicKey"),
        ("JWT_AUTHORITY", "Auth:Authority"),
        ("JWT_ISSUER", "Auth:Issuer"),
        ("JWT_AUDIENCE", "Auth:Audience"),
        ("REDIS_HOST", "Redis:Host"),
        ("REDIS_PORT", "Redis:Port"),
        ("REDIS_PASSWORD", "Redis:Password"),
        ("REDIS_URI", "Redis:Uri"),
        ("ALLOWED_ORIGINS", "Origins:Allowed"),
        ("CORS_ORIGIN", "Origins:Allowed"),
        ("WS_HEARTBEAT_INTERVAL", "Heartbeat:Interval"),
        ("WS_MAX_CONNECTIONS", "Limits:MaxConnections"),
        ("WS_MAX_CONNECTIONS_PER_USER", "Limits:MaxConnectionsPerUser"),
    ];

    /// <summary>Adds the aliases after the settings files and before <c>Section__Name</c> and the command line, which override them.</summary>
    public static void AddEnvironmentAliases(this WebApplicationBuilder builder)
    {
        var sources = builder.Configuration.Sources;
        var environment = sources.ToList().FindLastIndex(s => s is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        sources.Insert(Math.Max(environment, 0), new MemoryConfigurationSource { InitialData = Read(builder.Configuration) });
    }

    /// <summary>All names under which the environment may set this setting, the customary ones first.</summary>
    public static IEnumerable<string> NamesOf(string setting) =>
        [.. All.Where(a => a.Setting == setting).Select(a => a.Name), setting.Replace(":", "__", StringComparison.Ordinal)];

    public static bool IsTarget(string setting) => All.Any(a => a.Setting.Equals(setting, StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string?> Read(ConfigurationManager configuration)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, setting) in All)
        {
            if (Translate(name, configuration[name]) is { Length: > 0 } value) values.TryAdd(setting, value);
        }

        return values;
    }

    private static string? Translate(string name, string? value) => name switch
    {
        "WS_HEARTBEAT_INTERVAL" => Heartbeat(value),
        // Kubernetes sets it to tcp://10.0.0.7:6379 for a Service that is named redis.
        "REDIS_PORT" or "PORT" when value?.StartsWith("tcp://", StringComparison.Ordinal) is true => null,
        _ => value,
    };

    /// <summary>Seconds below 1000, milliseconds from 1000 on: both are in use.</summary>
    private static string? Heartbeat(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 1e9
            ? (number < 1000 ? TimeSpan.FromSeconds(number) : TimeSpan.FromMilliseconds(number)).ToString("c", CultureInfo.InvariantCulture)
            : value;
}
