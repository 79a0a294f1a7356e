using System.Diagnostics.Metrics;
using Gateway.Bus;
using Gateway.Bus.Recovery;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>A pod with gap repair on a server that the test plays.</summary>
internal sealed class RepairedPod : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _meters = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly RecoveringSubscriber _subject;

    public RepairedPod(long waitingPerTarget = 1024 * 1024, long waitingTotal = 64 * 1024 * 1024)
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (_counts) _counts[instrument.Name] = _counts.GetValueOrDefault(instrument.Name) + value;
        });
        _meters.Start();
        var logger = new LoggerFactory([Logs]).CreateLogger<RecoveringSubscriber>();
        Waiting = new WaitingLimit(waitingPerTarget, waitingTotal);
        _subject = new RecoveringSubscriber(Server, Server, new BusMetrics(factory), Time, logger, Waiting);
        _subject.Start(Received);
    }

    public FakeServer Server { get; } = new();

    public OrderReceiver Received { get; } = new();

    public WaitingLimit Waiting { get; }

    public ManualTime Time { get; } = new();

    public LogLines Logs { get; } = new();

    public IMessageSubscriber Subscriber => _subject;

    public IMessageReceiver Reader => _subject;

    public long Count(string instrument)
    {
        lock (_counts) return _counts.GetValueOrDefault(instrument);
    }

    /// <summary>Waits until all work of the subject waits for the server or the clock.</summary>
    public Task SettleAsync()
    {
        // Mostly a matter of microseconds: the model takes many thousand steps.
        for (var spins = 0; !IsSettled() && spins < 10_000; spins++) Thread.Yield();
        return TestTimeout.Until(IsSettled, "the subject to wait for the server or the clock");

        bool IsSettled() => _subject.Running == Server.UnansweredCalls + Time.Pending;
    }

    /// <summary>Passes on, answers and fires until nothing is left to do.</summary>
    public async Task FinishAsync()
    {
        for (var round = 0; round < 10_000; round++)
        {
            await SettleAsync();
            if (Server.InFlight + Server.UnansweredCalls + Time.Pending == 0) return;
            Server.Pass();
            Server.Reply();
            Time.Fire();
        }

        throw new TimeoutException("the repair does not end");
    }

    /// <summary>Subscribes, and has the subscription confirmed and its place read.</summary>
    public async Task SubscribeAsync(params Target[] targets)
    {
        var subscribed = Task.WhenAll(targets.Select(_subject.SubscribeAsync));
        await FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
    }

    public async ValueTask DisposeAsync()
    {
        // The server does not end calls that are cancelled.
        var stopped = _subject.DisposeAsync().AsTask();
        await TestTimeout.Until(
            () =>
            {
                while (Server.UnansweredCalls > 0) Server.Reply();
                return stopped.IsCompleted;
            },
            "the subject to stop");
        await stopped;
        _meters.Dispose();
        await _services.DisposeAsync();
    }
}
