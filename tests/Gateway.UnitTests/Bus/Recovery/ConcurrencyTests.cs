using System.Diagnostics.Metrics;
using Gateway.Bus;
using Gateway.Bus.Recovery;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>The reader and many repairs at the same time.</summary>
internal sealed class ConcurrencyTests
{
    private const int Published = 300_000;

    [Test]
    public async Task Messages_keep_their_order_while_the_reader_goes_on_beside_repairs()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new BusMetrics(services.GetRequiredService<IMeterFactory>());
        var server = new LossyServer();
        var received = new OrderReceiver();
        await using var subject = new RecoveringSubscriber(server, server, metrics, TimeProvider.System, NullLogger<RecoveringSubscriber>.Instance, new WaitingLimit(50_000, 200_000));
        subject.Start(received);
        await TestTimeout.For(Task.WhenAll(server.Rooms.Select(subject.SubscribeAsync)), "the subscriptions");

        await Task.Factory.StartNew(() => server.PublishAll(subject, Published), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await TestTimeout.Until(() => subject.Running == 0, "the repairs to end");
        foreach (var room in server.Rooms)
        {
            var current = server.LogOf(room).Current;
            Assert.That(received.Of(room).Where(text => text != "plain"), Is.EqualTo([$"at {current.Epoch}.0", .. Enumerable.Range(1, (int)current.Offset).Select(i => $"{current.Epoch}.{i}")]));
        }

        Assert.That(received.Overlaps, Is.Zero);
    }

    /// <summary>Loses every fiftieth message and fails every twentieth read, at random.</summary>
    private sealed class LossyServer : IMessageSubscriber, IMessageHistory
    {
        private readonly Random _random = new(7);
        private readonly Dictionary<Target, ServerLog> _logs = [];
        private int _reads;

        public LossyServer()
        {
            foreach (var room in Rooms) _logs.Add(room, new ServerLog("e1"));
            _logs.Add(Target.All, new ServerLog("e1"));
        }

        public Target[] Rooms { get; } = [.. Enumerable.Range(0, 40).Select(i => Target.Room($"r{i}"))];

        public ServerLog LogOf(Target target) => _logs[target];

        public void PublishAll(IMessageReceiver reader, int count)
        {
            for (var i = 0; i < count; i++)
            {
                // Half of them to one room, whose repairs cannot keep up at times.
                var room = Rooms[_random.Next(2) == 0 ? 0 : _random.Next(Rooms.Length)];
                var message = _logs[room].Add(new Message { Id = "", Type = "chat", Target = room, Timestamp = 0 });
                if (_random.Next(50) > 0) reader.Receive(message);
                // One without a number passes beside a repair.
                if (_random.Next(10) == 0) reader.Receive(message with { Position = null });
                if (i % 64 == 0) reader.Flush();
                if (_random.Next(1_000) == 0) reader.Interrupted(new Interruption(room, IsFromHistory: false));
            }

            foreach (var room in Rooms) reader.Interrupted(new Interruption(room, IsFromHistory: false));
        }

        public void Start(IMessageReceiver receiver)
        {
        }

        public Task SubscribeAsync(Target target) => Task.CompletedTask;

        public Task UnsubscribeAsync(Target target) => Task.CompletedTask;

        public bool Keeps(Target target) => true;

        public async Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation)
        {
            await DelayAsync();
            return [.. targets.Select(target => _logs[target].Current)];
        }

        public async Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation)
        {
            await DelayAsync();
            return _logs[target].Read(range.After, Math.Min(range.Limit, 100));
        }

        private async Task DelayAsync()
        {
            await Task.Yield();
            if (Interlocked.Increment(ref _reads) % 20 == 0) throw new BusUnavailableException("every twentieth");
        }
    }
}
