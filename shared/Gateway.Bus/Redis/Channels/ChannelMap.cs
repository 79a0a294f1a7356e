using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>Maps a target to all channels of its messages, the own one first.</summary>
internal sealed class ChannelMap
{
    private readonly RedisNames _names;
    private readonly IChannelGroup[] _groups;
    private readonly HashSet<byte[]> _exact;

    public ChannelMap(RedisNames names, IChannelGroup[] groups)
    {
        _names = names;
        _groups = groups;
        _exact = groups.SelectMany(group => group.Of(Target.All)).Select(channel => channel.Name).ToHashSet(ChannelComparer.Instance);
    }

    public Channel[] Of(Target target)
    {
        var own = new Channel(_names.Channel(target), target, "own", Envelope.Read);
        if (_groups.Length == 0) return [own];
        var foreign = _groups.SelectMany(group => group.Of(target));
        // An exact name keeps its group's meaning: a user whose id produces the same name does not subscribe to it.
        if (target.Kind != TargetKind.All) foreign = foreign.Where(channel => !_exact.Contains(channel.Name));
        return [own, .. foreign];
    }
}
