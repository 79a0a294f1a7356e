using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>Delivers messages to their receivers on this pod. Called by the bus, which never waits here; a batch window ends on a timer's thread.</summary>
internal sealed class Fanout : IMessageReceiver, IDisposable
{
    private readonly ConnectionRegistry _registry;
    private readonly TimeProvider _time;
    private readonly FanoutWorker[] _workers;
    private readonly ConcurrentDictionary<TimeSpan, BatchWindow> _windows = new();
    private volatile bool _windowsEnded;

    public Fanout(ConnectionRegistry registry, WorkerCount workers, Telemetry.GatewayMetrics metrics, TimeProvider time, ILogger<Fanout> logger)
    {
        _registry = registry;
        _time = time;
        _workers = new FanoutWorker[workers.Value];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new FanoutWorker(i, metrics, logger);
    }

    public void Receive(Message message)
    {
        if (!_registry.TryGet(message.Target, out var members)) return;
        var copy = TargetCopy.Of(message, _registry);
        lock (members)
        {
            if (message.Position is { } position)
            {
                members.Position = position;
                members.Recent?.Add(message);
            }

            if (members.Count > 0) Add_NeedsLock(members, new RenderedMessage(message, members.Capture()) { Departures = members.Departures, Copy = copy });
        }
    }

    public void Positioned(Target target, Position position)
    {
        if (!_registry.TryGet(target, out var members)) return;
        lock (members) members.Position = position;
    }

    /// <summary>The gap takes the way of a message, so that it keeps its place among the messages of its target.</summary>
    public void Interrupted(Interruption interruption)
    {
        if (!_registry.TryGet(interruption.Target, out var members)) return;
        var message = new Message { Id = "", Type = MessageTypes.Gap, Target = interruption.Target, Timestamp = _time.GetUtcNow().ToUnixTimeMilliseconds() };
        lock (members)
        {
            members.Recent?.Clear();
            if (members.Count > 0) Add_NeedsLock(members, new RenderedMessage(message, members.Capture()) { Departures = members.Departures, Gap = interruption });
        }
    }

    public void Flush()
    {
        foreach (var worker in _workers) worker.Flush();
    }

    /// <summary>
    /// Ends the batch windows for good and completes when nothing is left to write, which includes messages that arrive meanwhile.
    /// Called before connections are closed, so that they receive what waits for them.
    /// </summary>
    public Task FlushWindowsAsync(CancellationToken cancellation)
    {
        _windowsEnded = true;
        foreach (var window in _windows.Values) window.End();
        return Task.WhenAll(_workers.Select(worker => worker.WhenIdle())).WaitAsync(cancellation);
    }

    public void Dispose()
    {
        foreach (var window in _windows.Values) window.Dispose();
    }

    private void Add_NeedsLock(Members members, RenderedMessage message)
    {
        if (members.Policy.BatchWindow == TimeSpan.Zero) Deliver(members, message);
        else _windows.GetOrAdd(members.Policy.BatchWindow, NewWindow).Add(members, message);
    }

    private void Deliver(Members members, RenderedMessage message)
    {
        foreach (var worker in _workers)
        {
            var receivers = message.Receivers.OfWorker(worker.Index);
            if (receivers.Length > 0) worker.Add(members, message, receivers.Length);
        }
    }

    private BatchWindow NewWindow(TimeSpan length)
    {
        var window = new BatchWindow(length, _time, Deliver, Flush);
        if (_windowsEnded) window.End();
        return window;
    }
}
