using Gateway.Contracts;

namespace Gateway.Bus.Redis;

/// <summary>Every name the gateway itself uses in Redis. User ids stand in them as <see cref="Names.Encode"/> writes them.</summary>
internal sealed class ChannelNames(string prefix)
{
    /// <summary>The channel of a target; the whole name is literal, none can become a pattern.</summary>
    public string Of(Target target) => $"{prefix}:{Written(target)}";

    /// <summary>A key of the state store: <c>task:42</c>, the owner of a task, is <c>gateway:task:42</c>.</summary>
    public string Key(string key) => $"{prefix}:{key}";

    /// <summary>Remembers an id that was published to a target. The braces keep all keys of one target on one slot.</summary>
    public string PublishedId(Target target, string id) => $"{prefix}:id:{{{Written(target)}}}:{id}";

    private static string Written(Target target) => target.Kind switch
    {
        TargetKind.User => "user:" + Names.Encode(target.Name),
        TargetKind.Room => "room:" + target.Name,
        TargetKind.Task => "task:" + target.Name,
        _ => "all",
    };
}
