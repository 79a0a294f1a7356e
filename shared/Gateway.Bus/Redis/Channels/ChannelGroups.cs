using System.Collections.Frozen;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>The channel groups by their names in <c>Redis:Contracts</c>.</summary>
internal static class ChannelGroups
{
    private static readonly FrozenDictionary<string, Func<RedisOptions, IChannelGroup>> Known = new Dictionary<string, Func<RedisOptions, IChannelGroup>>
    {
        ["websocket"] = options => new WebSocketChannels(options.WebSocketPrefix),
        ["notifications"] = _ => new NotificationChannels(),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string? Error(RedisOptions options)
    {
        var unknown = options.Contracts.Where(name => !Known.ContainsKey(name)).ToList();
        return unknown.Count == 0 ? null : $"names {string.Join(", ", unknown)}; known are {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}";
    }

    public static IChannelGroup[] From(RedisOptions options) =>
        Error(options) is { } error
            ? throw new ArgumentException($"Redis:Contracts {error}", nameof(options))
            : [.. options.Contracts.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Known[name](options))];
}

/// <summary>
/// Channels that other systems publish to, with their own payloads. A new group is one class and one entry in
/// <see cref="ChannelGroups"/>.
/// </summary>
internal interface IChannelGroup
{
    /// <summary>The channels of this target's messages; for <see cref="Target.All"/> those subscribed from the start.</summary>
    IEnumerable<Channel> Of(Target target);
}

/// <summary>
/// Group <c>websocket</c>: <c>websocket:broadcast</c>, <c>:user:&lt;id&gt;</c>, <c>:room:&lt;room&gt;</c> and
/// <c>:notification:&lt;user&gt;</c>, with the envelope bare or under <c>message</c>. Ids are not encoded.
/// </summary>
internal sealed class WebSocketChannels(string prefix) : IChannelGroup
{
    public IEnumerable<Channel> Of(Target target) => target.Kind switch
    {
        TargetKind.All => [new Channel($"{prefix}:broadcast", target, "websocket:broadcast", Envelope.ReadWrapped)],
        TargetKind.User =>
        [
            new Channel($"{prefix}:user:{target.Name}", target, "websocket:user", Envelope.ReadWrapped),
            new Channel($"{prefix}:notification:{target.Name}", target, "websocket:notification", Envelope.ReadNotification),
        ],
        TargetKind.Room => [new Channel($"{prefix}:room:{target.Name}", target, "websocket:room", Envelope.ReadWrapped)],
        _ => [],
    };
}

/// <summary>
/// Group <c>notifications</c>: <c>notifications:&lt;user&gt;</c> with the flat notification, and <c>notifications:assignment</c>, whose
/// payload names its user.
/// </summary>
internal sealed class NotificationChannels : IChannelGroup
{
    public IEnumerable<Channel> Of(Target target) => target.Kind switch
    {
        TargetKind.All => [new Channel("notifications:assignment", target, "notifications:assignment", FlatNotification.ReadAddressed)],
        TargetKind.User => [new Channel($"notifications:{target.Name}", target, "notifications:user", FlatNotification.Read)],
        _ => [],
    };
}
