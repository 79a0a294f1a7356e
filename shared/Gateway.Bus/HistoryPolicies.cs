using Gateway.Contracts;
using Microsoft.Extensions.Options;

namespace Gateway.Bus;

/// <summary>Finds the policy of a target: the first that matches, configured ones before the built-in ones.</summary>
public sealed class HistoryPolicies(IOptions<HistoryOptions> options)
{
    private static readonly HistoryPolicy[] BuiltIn =
    [
        new() { Pattern = "user:*", Size = 100, Ttl = TimeSpan.FromDays(1) },
        new() { Pattern = "task:*", Size = 100, Ttl = TimeSpan.FromHours(1) },
        new() { Pattern = "all", Size = 100, Ttl = TimeSpan.FromMinutes(10) },
        new() { Pattern = "*", Size = 1000, Ttl = TimeSpan.FromMinutes(10) },
    ];

    private readonly HistoryPolicy[] _policies = options.Value.Enabled ? [.. options.Value.Policies, .. BuiltIn] : [];

    /// <summary>Numbers and keeps nothing.</summary>
    public static HistoryPolicies None { get; } = new(Options.Create(new HistoryOptions { Enabled = false }));

    /// <summary>False if no target has history.</summary>
    public bool Any => Array.Exists(_policies, policy => policy.Size > 0);

    /// <summary>Null for a target without history.</summary>
    public HistoryPolicy? Of(Target target)
    {
        if (_policies.Length == 0) return null;
        var name = target.RoomName;
        foreach (var policy in _policies)
        {
            if (new NamePattern(policy.Pattern).Matches(name)) return policy.Size > 0 ? policy : null;
        }

        return null;
    }
}
