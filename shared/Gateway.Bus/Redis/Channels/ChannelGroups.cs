using System.Collections.Frozen;

namespace Gateway.Bus.Redis.Channels;

/// <summary>The foreign groups by the names that <c>Redis:Contracts</c> knows them by.</summary>
internal static class ChannelGroups
{
    private static readonly FrozenDictionary<string, Func<RedisOptions, IChannelGroup>> Known = new Dictionary<string, Func<RedisOptions, IChannelGroup>>
    {
        ["websocket"] = options => new WebSocketChannels(options.WebSocketPrefix),
        ["notifications"] = _ => new NotificationChannels(),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string? Fault(RedisOptions options)
    {
        var unknown = options.Contracts.Where(name => !Known.ContainsKey(name)).ToList();
        return unknown.Count == 0 ? null : $"names {string.Join(", ", unknown)}; known are {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}";
    }

    public static IChannelGroup[] From(RedisOptions options) =>
        Fault(options) is { } fault
            ? throw new ArgumentException($"Redis:Contracts {fault}", nameof(options))
            : [.. options.Contracts.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Known[name](options))];
}
