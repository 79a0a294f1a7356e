using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace Gateway.Hosting.Options;

/// <summary>The short environment names that are customary, each standing for one setting.</summary>
internal static class EnvironmentAliases
{
    /// <summary>Of two names of one setting the first that is set counts.</summary>
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

    /// <summary>Puts the aliases above the settings files and below <c>Section__Name</c> and the command line, which therefore win.</summary>
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

    public static Dictionary<string, string?> Read(IConfiguration configuration)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, setting) in All)
        {
            if (Meaning(name, configuration[name]) is { Length: > 0 } value) values.TryAdd(setting, value);
        }

        return values;
    }

    private static string? Meaning(string name, string? value) => name switch
    {
        "WS_HEARTBEAT_INTERVAL" => Heartbeat(value),
        // Kubernetes puts tcp://10.0.0.7:6379 there by itself, for a Service that is named redis.
        "REDIS_PORT" or "PORT" when value?.StartsWith("tcp://", StringComparison.Ordinal) is true => null,
        _ => value,
    };

    /// <summary>Below 1000 it is seconds, from 1000 on milliseconds: both were in use.</summary>
    private static string? Heartbeat(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 1e9
            ? (number < 1000 ? TimeSpan.FromSeconds(number) : TimeSpan.FromMilliseconds(number)).ToString("c", CultureInfo.InvariantCulture)
            : value;
}
