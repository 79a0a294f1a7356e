using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>Message → its receivers on this pod. Called by the bus's reader, which never waits here; a batch window's end comes on a timer's thread.</summary>
internal sealed class Fanout : IMessageReceiver, IDisposable
{
    private readonly ConnectionRegistry _registry;
    private readonly TimeProvider _time;
    private readonly FanoutLane[] _lanes;
    private readonly ConcurrentDictionary<TimeSpan, BatchWindow> _windows = new();

    public Fanout(ConnectionRegistry registry, LaneCount lanes, Telemetry.GatewayMetrics metrics, TimeProvider time, ILogger<Fanout> logger)
    {
        _registry = registry;
        _time = time;
        _lanes = new FanoutLane[lanes.Value];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new FanoutLane(i, metrics, logger);
    }

    public void Receive(Message message)
    {
        if (!_registry.TryGet(message.Target, out var members) || members.Count == 0) return;
        if (members.Policy.BatchWindow == TimeSpan.Zero) HandOn(members, message);
        else _windows.GetOrAdd(members.Policy.BatchWindow, NewWindow).Add(members, message);
    }

    public void Flush()
    {
        foreach (var lane in _lanes) lane.Flush();
    }

    public void Dispose()
    {
        foreach (var window in _windows.Values) window.Dispose();
    }

    private void HandOn(Members members, Message message)
    {
        var rendered = new RenderedMessage(message);
        foreach (var lane in _lanes)
        {
            var receivers = members.InLane(lane.Index).Length;
            if (receivers > 0) lane.Add(members, rendered, receivers);
        }
    }

    private BatchWindow NewWindow(TimeSpan length) => new(length, _time, gathered =>
    {
        foreach (var (members, message) in gathered) HandOn(members, message);
        Flush();
    });
}
