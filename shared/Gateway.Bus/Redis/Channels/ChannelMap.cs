using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>Target → all channels that bring messages to it, the own one first.</summary>
internal sealed class ChannelMap
{
    private readonly ChannelNames _names;
    private readonly IChannelGroup[] _groups;
    private readonly HashSet<byte[]> _exact;

    public ChannelMap(ChannelNames names, IChannelGroup[] groups)
    {
        _names = names;
        _groups = groups;
        _exact = groups.SelectMany(group => group.Of(Target.All)).Select(channel => channel.Name).ToHashSet(ChannelComparer.Instance);
    }

    public Channel[] Of(Target target)
    {
        var own = new Channel(_names.Of(target), target, "own", Envelope.Read);
        if (_groups.Length == 0) return [own];
        var foreign = _groups.SelectMany(group => group.Of(target));
        // An exact name means what its group says: a user whose id makes the same name is not subscribed by it.
        if (target.Kind != TargetKind.All) foreign = foreign.Where(channel => !_exact.Contains(channel.Name));
        return [own, .. foreign];
    }
}
