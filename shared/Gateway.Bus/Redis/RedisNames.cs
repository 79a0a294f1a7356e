using Gateway.Contracts;

namespace Gateway.Bus.Redis;

/// <summary>All names the gateway uses in Redis. User ids are written as <see cref="Names.Encode"/> encodes them.</summary>
internal sealed class RedisNames(string prefix)
{
    /// <summary>The channel of a target; always a literal name, never a pattern.</summary>
    public string Channel(Target target) => $"{prefix}:{Encode(target)}";

    /// <summary>A key of the state store: <c>task:42</c>, the owner of a task, is <c>gateway:task:42</c>.</summary>
    public string Key(string key) => $"{prefix}:{key}";

    /// <summary>Stores an id that was published to a target. The braces keep all keys of one target in one slot.</summary>
    public string PublishedId(Target target, string id) => $"{prefix}:id:{{{Encode(target)}}}:{id}";

    private static string Encode(Target target) => target.Kind switch
    {
        TargetKind.User => "user:" + Names.Encode(target.Name),
        TargetKind.Room => "room:" + target.Name,
        TargetKind.Task => "task:" + target.Name,
        _ => "all",
    };
}
