using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>
/// Channels that other systems publish to, in shapes of their own. To add one: a class like its neighbours, and its name in
/// <see cref="ChannelGroups"/>.
/// </summary>
internal interface IChannelGroup
{
    /// <summary>The channels that bring messages to this target; for <see cref="Target.All"/> those heard from the start.</summary>
    IEnumerable<Channel> Of(Target target);
}
