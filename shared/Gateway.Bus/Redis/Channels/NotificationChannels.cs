using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>
/// Group <c>notifications</c>: <c>notifications:&lt;user&gt;</c> with the flat notification, and <c>notifications:assignment</c>, whose
/// payload names its user itself.
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
