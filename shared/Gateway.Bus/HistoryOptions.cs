using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// Section <c>History</c>: which messages are numbered and kept, so that clients can resume and lost ones are repaired. The services that
/// publish and the gateway must have the same values.
/// </summary>
public sealed class HistoryOptions
{
    /// <summary>Number and keep messages as <see cref="Policies"/> says. Default true. False: every message is delivered at most once.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// First match by pattern; asked before the built-in ones: user:* (100 messages, 24 h), task:* (100, 1 h), all (100, 10 min), * (1,000, 10 min).
    /// </summary>
    public IReadOnlyList<HistoryPolicy> Policies { get; set; } = [];
}

/// <summary>How much is kept of the targets whose names match.</summary>
public sealed class HistoryPolicy : IValidatableObject
{
    /// <summary>Room name with <c>*</c> for any run of characters; <c>user:*</c> and <c>task:*</c> are users and tasks, <c>all</c> are messages to everybody.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>Most messages kept per target; 0 = none, and messages have no numbers. Default 1000. Range 0–100,000.</summary>
    [Range(0, 100_000)]
    public int Size { get; set; } = 1000;

    /// <summary>How long messages are kept after the last one of their target. Default 10 min. Range 1 s–30 d.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How much longer than its log a target's counter is kept.</summary>
    internal static TimeSpan CounterOutlivesLog => TimeSpan.FromHours(24);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var example = Pattern.Replace('*', 'x');
        if (!Names.IsName(example)) yield return new ValidationResult($"must be {Names.Rule}, with * for any run of characters", [nameof(Pattern)]);
    }
}
