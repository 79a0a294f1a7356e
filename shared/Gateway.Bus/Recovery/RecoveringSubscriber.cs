using System.Collections.Concurrent;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Recovery;

/// <summary>
/// Stands between a bus and the receiver of its messages. For targets with history it checks that offsets follow one another, drops what was received twice,
/// and fills gaps from history before newer messages pass; after a lost connection it reads the places of all targets, since nothing
/// may follow a missing tail. Messages of other targets pass unchanged. Calls to the receiver come from the bus's reader and from repairs.
/// </summary>
internal sealed class RecoveringSubscriber : IMessageSubscriber, IMessageReceiver, IAsyncDisposable
{
    private const int Gates = 64;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly IMessageSubscriber _inner;
    private readonly IMessageHistory _history;
    private readonly TimeProvider _time;
    private readonly BackgroundWork _work;
    private readonly PlaceReader _places;
    private readonly RepairRunner _repairs;
    private readonly ConcurrentDictionary<Target, ServedTarget> _served = new();
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new Lock())];
    private readonly CancellationTokenSource _stop = new();
    private IMessageReceiver _receiver = null!;
    private Task _subscribingAll = Task.CompletedTask;

    public RecoveringSubscriber(IMessageSubscriber inner, IMessageHistory history, BusMetrics metrics, TimeProvider time, ILogger<RecoveringSubscriber> logger, WaitingLimit? limit = null)
    {
        _inner = inner;
        _history = history;
        _time = time;
        var log = new RecoveryLog(time, logger);
        _work = new BackgroundWork(log);
        _places = new PlaceReader(history, _work, log, time);
        _repairs = new RepairRunner(history, _work, metrics, log, time) { Limit = limit ?? new WaitingLimit() };
    }

    /// <summary>The number of repairs that have not ended, and one more while places are read.</summary>
    internal int Running => _work.Running;

    public void Start(IMessageReceiver receiver)
    {
        _receiver = receiver;
        _repairs.Begin(receiver);
        _places.Begin(Check);
        if (_history.Keeps(Target.All)) _served[Target.All] = NewTarget(Target.All);
        _inner.Start(this);
        if (_served.ContainsKey(Target.All)) _subscribingAll = SubscribeAllAsync(_stop.Token);
    }

    public Task SubscribeAsync(Target target)
    {
        if (!_history.Keeps(target)) return _inner.SubscribeAsync(target);
        var served = _served.GetOrAdd(target, NewTarget);
        var subscribed = _inner.SubscribeAsync(target);
        var isChecked = served.WhenChecked;
        return isChecked.IsCompletedSuccessfully ? subscribed : CheckAsync(served, subscribed, isChecked);
    }

    public Task UnsubscribeAsync(Target target)
    {
        if (target.Kind != TargetKind.All && _served.TryRemove(target, out var served)) served.Remove();
        return _inner.UnsubscribeAsync(target);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _work.DisposeAsync();
        _repairs.Dispose();
        await _subscribingAll.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    void IMessageReceiver.Receive(Message message)
    {
        if (!_served.TryGetValue(message.Target, out var served))
        {
            PassOther(message);
            return;
        }

        bool startsRepair;
        lock (served.Gate) startsRepair = served.Receive_NeedsLock(message, _receiver, _repairs.Limit);
        if (startsRepair) _repairs.Start(served);
    }

    void IMessageReceiver.Positioned(Target target, Position position)
    {
        // The bus below knows no places.
    }

    void IMessageReceiver.Interrupted(Interruption interruption)
    {
        if (!_served.TryGetValue(interruption.Target, out var served))
        {
            if (!_history.Keeps(interruption.Target)) _receiver.Interrupted(interruption);
            return;
        }

        // The subscription is restored: what is published from now on comes by the channel, and a read that begins now shows the rest.
        bool isRepairing;
        lock (served.Gate) isRepairing = served.ReadAgain_NeedsLock();
        if (!isRepairing) _places.Add(served);
    }

    void IMessageReceiver.Flush() => _receiver.Flush();

    private async Task CheckAsync(ServedTarget served, Task subscribed, Task isChecked)
    {
        await subscribed;
        _places.Add(served);
        await isChecked;
    }

    private void PassOther(Message message)
    {
        if (message.Position is null) _receiver.Receive(message);
        // With history: the target was unsubscribed a moment ago. Without: another service numbers it, and no client can resume here.
        else if (!_history.Keeps(message.Target)) _receiver.Receive(message with { Position = null });
    }

    private void Check(ServedTarget served, Position current, Position? before)
    {
        bool startsRepair;
        lock (served.Gate) startsRepair = served.Check_NeedsLock(current, before, _receiver, _repairs.Limit);
        if (startsRepair) _repairs.Start(served);
    }

    /// <summary>The bus subscribes <see cref="Target.All"/> itself; its place must be read all the same.</summary>
    private async Task SubscribeAllAsync(CancellationToken stop)
    {
        var delays = new Backoff(MaxDelay);
        while (true)
        {
            try
            {
                await SubscribeAsync(Target.All).WaitAsync(stop);
                return;
            }
            catch (BusUnavailableException)
            {
                // The server refuses this channel; the subscriber logs that.
                await Task.Delay(delays.Next(), _time, stop);
            }
        }
    }

    private ServedTarget NewTarget(Target target) => new(target, _gates[(uint)target.GetHashCode() % Gates]);
}
