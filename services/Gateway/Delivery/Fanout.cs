using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.Delivery;

/// <summary>Delivers messages to their receivers on this pod. Called by the bus's reader, which never waits here; a batch window ends on a timer's thread.</summary>
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
        if (!_registry.TryGet(message.Target, out var members) || members.Count == 0) return;
        var rendered = new RenderedMessage(message) { Copy = TargetCopy.Of(message, members, _registry) };
        if (members.Policy.BatchWindow == TimeSpan.Zero) Deliver(members, rendered);
        else _windows.GetOrAdd(members.Policy.BatchWindow, NewWindow).Add(members, rendered);
    }

    /// <summary>The gap takes the way of a message, so that it keeps its place among the messages of its target.</summary>
    public void Interrupted(Interruption interruption) =>
        Receive(new Message { Id = "", Type = RenderedMessage.Gap, Target = interruption.Target, Timestamp = _time.GetUtcNow().ToUnixTimeMilliseconds() });

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

    private void Deliver(Members members, RenderedMessage message)
    {
        foreach (var worker in _workers)
        {
            var receivers = message.Copy is { } copy ? copy.OfWorker(worker.Index) : members.OfWorker(worker.Index);
            if (receivers.Length > 0) worker.Add(members, message, receivers.Length);
        }
    }

    private BatchWindow NewWindow(TimeSpan length)
    {
        var window = new BatchWindow(length, _time, messages =>
        {
            foreach (var (members, message) in messages) Deliver(members, message);
            Flush();
        });
        if (_windowsEnded) window.End();
        return window;
    }
}
