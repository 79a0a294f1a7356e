using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>Message → its receivers on this pod. Called by the bus's reader, which never waits here.</summary>
internal sealed class Fanout : IMessageReceiver
{
    private readonly ConnectionRegistry _registry;
    private readonly FanoutLane[] _lanes;

    public Fanout(ConnectionRegistry registry, LaneCount lanes, Telemetry.GatewayMetrics metrics, ILogger<Fanout> logger)
    {
        _registry = registry;
        _lanes = new FanoutLane[lanes.Value];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new FanoutLane(i, metrics, logger);
    }

    public void Receive(Message message)
    {
        if (!_registry.TryGet(message.Target, out var members) || members.Count == 0) return;
        var rendered = new RenderedMessage(message);
        foreach (var lane in _lanes)
        {
            var receivers = members.InLane(lane.Index).Length;
            if (receivers > 0) lane.Add(members, rendered, receivers);
        }
    }

    public void Flush()
    {
        foreach (var lane in _lanes) lane.Flush();
    }
}
