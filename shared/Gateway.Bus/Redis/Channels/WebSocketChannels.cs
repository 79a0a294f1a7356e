using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>
/// Group <c>websocket</c>: <c>websocket:broadcast</c>, <c>:user:&lt;id&gt;</c>, <c>:room:&lt;room&gt;</c> and
/// <c>:notification:&lt;user&gt;</c>, with the envelope bare or under <c>message</c>. Ids stand there raw.
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
