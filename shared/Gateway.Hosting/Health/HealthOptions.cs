using System.ComponentModel.DataAnnotations;

namespace Gateway.Hosting.Health;

/// <summary>Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>
    /// How long the bus may be down before readiness fails; 0 = it never does, since an outage that all pods share would
    /// empty the Service and stop every reconnect. Default 30 s. Range 0–1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RedisGrace { get; set; } = TimeSpan.FromSeconds(30);
}
