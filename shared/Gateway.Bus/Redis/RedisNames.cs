using Gateway.Contracts;

namespace Gateway.Bus.Redis;

/// <summary>All names the gateway uses in Redis. User ids are written as <see cref="Names.Encode"/> encodes them.</summary>
internal sealed class RedisNames(string prefix)
{
    public const string BlacklistPrefix = "token:blacklist:";

    /// <summary>The channel of a target; always a literal name, never a pattern.</summary>
    public string Channel(Target target) => $"{prefix}:{Encode(target)}";

    /// <summary>The stream of the orders to all processes.</summary>
    public string Control => $"{prefix}:control";

    /// <summary>A key of the state store: <c>task:42</c>, the owner of a task, is <c>gateway:task:42</c>.</summary>
    public string Key(string key) => $"{prefix}:{key}";

    /// <summary>The stream of a target's kept messages. The braces keep all keys of one target, and its channel, in one slot.</summary>
    public string Log(Target target) => Log(Channel(target));

    /// <summary>A hash: the epoch, the number of the target's last message, and the life of the server it was written in.</summary>
    public string Counter(Target target) => Counter(Channel(target));

    /// <summary>Stores an id that was published to a target, and the place of that message.</summary>
    public string PublishedId(Target target, string id) => PublishedId(Channel(target), id);

    /// <summary>The same for a channel that was built before.</summary>
    public string Log(string channel) => $"{prefix}:log:{{{channel}}}";

    public string Counter(string channel) => $"{prefix}:seq:{{{channel}}}";

    public string PublishedId(string channel, string id) => $"{prefix}:id:{{{channel}}}:{id}";

    /// <summary>Written by the check of the connection only: no target has this channel.</summary>
    public string CheckChannel => prefix + ":-";

    /// <summary>The stream that services of any language write to.</summary>
    public string Inbox => prefix + ":inbox";

    /// <summary>Held by the process that serves the inbox.</summary>
    public string InboxLease => prefix + ":inbox:lease";

    /// <summary>The invalid entries of the inbox, with the reason.</summary>
    public string DeadInbox => prefix + ":inbox:dead";

    /// <summary>Counts the starts of a server that does not tell its run id.</summary>
    public string Runs => prefix + ":runs";

    /// <summary>Set by another system to refuse a token; its name has no prefix of ours.</summary>
    public static string BlacklistedToken(string token) => BlacklistPrefix + token;

    /// <summary>The users that are present in a target.</summary>
    public string Presence(Target target) => $"{prefix}:presence:{{{Channel(target)}}}";

    /// <summary>The ids of all connected users, ordered.</summary>
    public string Online => $"{prefix}:online";

    /// <summary>The connections of a user, where their number is limited.</summary>
    public string Slots(Target user) => $"{prefix}:slots:{{{Channel(user)}}}";

    /// <summary>The events of presence.</summary>
    public string Events => $"{prefix}:events";

    /// <summary>The names of the pods that have, or had, presence entries.</summary>
    public string Pods => $"{prefix}:pods";

    /// <summary>The lease of a pod; its value is the pod's present incarnation.</summary>
    public string Pod(string pod) => $"{prefix}:pod:{pod}";

    /// <summary>The targets in which a pod may have presence entries.</summary>
    public string PodTargets(string pod) => $"{prefix}:pod:{pod}:targets";

    /// <summary>Held by the pod that removes the entries of one that has ended.</summary>
    public string PodReaper(string pod) => $"{prefix}:pod:{pod}:reaper";

    private static string Encode(Target target) => target.Kind switch
    {
        TargetKind.User => "user:" + Names.Encode(target.Name),
        TargetKind.Room => "room:" + target.Name,
        TargetKind.Task => "task:" + target.Name,
        _ => "all",
    };
}
