using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Bus;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Orders to all processes, on Redis and within one process.</summary>
internal sealed class ControlChannelTests
{
    private RedisServer _redis = null!;

    [OneTimeSetUp]
    public async Task Start() => _redis = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _redis.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Each_listener_receives_each_order_once_and_in_order(bool onRedis)
    {
        await using var bus = await CreateAsync(onRedis);
        await using var other = onRedis ? await CreateAsync(onRedis) : null;
        await using var first = await Listener.StartAsync(bus);
        await using var second = await Listener.StartAsync(other ?? bus);
        var ids = new List<string>();

        for (var i = 0; i < 300; i++) ids.Add(await bus.Control.SendAsync("count", new JsonObject { ["n"] = i, ["id"] = "mine" }, CancellationToken.None));

        foreach (var listener in new[] { first, second })
        {
            var orders = await listener.NextAsync(300);
            Assert.That(orders.Select(order => order.Arguments.GetProperty("n").GetInt32()), Is.EqualTo(Enumerable.Range(0, 300)));
            Assert.That(orders.Select(order => order.Name), Is.All.EqualTo("count"));
        }

        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task Orders_from_before_the_start_are_not_received_and_later_ones_are_also_after_the_stream_was_lost()
    {
        await using var bus = await CreateAsync(onRedis: true);
        await _redis.CommandAsync("DEL", "gateway:control");
        await _redis.CommandAsync("XADD", "gateway:control", "1-1", "order", """{"id":"i","order":"early"}""");
        await using var listener = await Listener.StartAsync(bus);

        await bus.Control.SendAsync("first", [], CancellationToken.None);
        Assert.That((await listener.NextAsync(1))[0].Name, Is.EqualTo("first"));
        await _redis.CommandAsync("DEL", "gateway:control");
        await listener.UntilStateReadAsync(2);
        await bus.Control.SendAsync("second", [], CancellationToken.None);

        Assert.That((await listener.NextAsync(1))[0].Name, Is.EqualTo("second"));
    }

    [Test]
    public async Task What_is_not_an_order_is_ignored_and_a_known_id_is_not_received_again()
    {
        await using var bus = await CreateAsync(onRedis: true);
        await using var listener = await Listener.StartAsync(bus);

        foreach (var text in new[] { "{", "[]", """{"id":1,"order":"x"}""", """{"order":"x"}""", """{"id":"i","order":"a"}""", """{"id":"i","order":"b"}""", """{"id":"j","order":"c"}""" })
            await _redis.CommandAsync("XADD", "gateway:control", "*", "order", text);
        await _redis.CommandAsync("XADD", "gateway:control", "*", "other", "x");

        Assert.That((await listener.NextAsync(2)).Select(order => order.Name), Is.EqualTo(["a", "c"]));
    }

    [Test]
    public async Task The_stream_keeps_a_thousand_orders_for_a_day()
    {
        await using var bus = await CreateAsync(onRedis: true);

        for (var i = 0; i < 1100; i++) await bus.Control.SendAsync("count", [], CancellationToken.None);

        Assert.That(await _redis.CommandAsync("XLEN", "gateway:control"), Is.EqualTo("1000"));
        Assert.That(int.Parse(await _redis.CommandAsync("TTL", "gateway:control")), Is.InRange(86_400 - (int)TestTimeout.Limit.TotalSeconds, 86_400));
    }

    private async Task<BusUnderTest> CreateAsync(bool onRedis) =>
        await (onRedis ? await BusUnderTest.OnRedisAsync(_redis, subscribes: false) : await BusUnderTest.InProcessAsync()).ConnectedAsync();

    private sealed class Listener : IControlReceiver, IAsyncDisposable
    {
        private readonly Channel<ControlOrder> _orders = Channel.CreateUnbounded<ControlOrder>();
        private readonly CancellationTokenSource _stop = new();
        private Task _listening = Task.CompletedTask;
        private int _stateReads;

        public static async Task<Listener> StartAsync(BusUnderTest bus)
        {
            var listener = new Listener();
            listener._listening = bus.Control.ListenAsync(listener, listener._stop.Token);
            await listener.UntilStateReadAsync(1);
            return listener;
        }

        public async Task<List<ControlOrder>> NextAsync(int count)
        {
            var orders = new List<ControlOrder>();
            while (orders.Count < count) orders.Add(await TestTimeout.For(_orders.Reader.ReadAsync().AsTask(), "an order"));
            return orders;
        }

        public Task UntilStateReadAsync(int times) => TestTimeout.Until(() => Volatile.Read(ref _stateReads) >= times, "the state to be read");

        public ValueTask ReceiveAsync(IReadOnlyList<ControlOrder> orders)
        {
            foreach (var order in orders) _orders.Writer.TryWrite(order);
            return ValueTask.CompletedTask;
        }

        public Task ReadStateAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref _stateReads);
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
