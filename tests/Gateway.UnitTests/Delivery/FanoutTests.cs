using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using Gateway.UnitTests.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Delivery;

internal sealed class FanoutTests
{
    private const int Messages = 20;

    private static readonly Target A = Target.Room("a");
    private static readonly Target B = Target.Room("b");
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly TimerTime _time = new();
    private DeliveryParts _parts = null!;
    private WishedTargets _bus = null!;

    [SetUp]
    public void Start() => (_parts, _bus) = (new DeliveryParts(), new WishedTargets());

    [TearDown]
    public void Stop() => _parts.Dispose();

    [Test]
    public async Task Without_a_window_messages_are_written_as_they_come()
    {
        var registry = _bus.Registry(workers: 1);
        var peer = await PeerInAsync(registry, A);
        using var fanout = Fanout(registry);
        var writes = peer.Output.Writes;

        for (var i = 0; i < Messages; i++) Send(fanout, A, $"{i:00}");

        Assert.That(peer.Output.Writes - writes, Is.EqualTo(Messages));
        Assert.That(Received(peer), Is.EqualTo(Enumerable.Range(0, Messages).Select(i => $"{i:00}")));
    }

    [Test]
    public async Task In_a_window_messages_wait_for_others_and_go_out_in_one_write_and_in_order()
    {
        var registry = _bus.Registry(workers: 1, Window);
        var peer = await PeerInAsync(registry, A);
        using var fanout = Fanout(registry);
        var writes = peer.Output.Writes;

        for (var i = 0; i < Messages; i++) Send(fanout, A, $"{i:00}");
        Assert.That(Received(peer), Is.Empty);
        _time.Advance(Window);

        Assert.That(peer.Output.Writes - writes, Is.EqualTo(1));
        Assert.That(Received(peer), Is.EqualTo(Enumerable.Range(0, Messages).Select(i => $"{i:00}")));
    }

    [Test]
    public async Task A_window_ends_one_length_after_its_first_message_however_many_follow()
    {
        var registry = _bus.Registry(workers: 1, Window);
        var peer = await PeerInAsync(registry, A);
        using var fanout = Fanout(registry);

        Send(fanout, A, "1");
        _time.Advance(Window * 0.6);
        Send(fanout, A, "2");
        _time.Advance(Window * 0.4);
        Assert.That(Received(peer), Is.EqualTo(new[] { "1", "2" }));

        Send(fanout, A, "3");
        _time.Advance(Window);
        Assert.That(Received(peer), Is.EqualTo(new[] { "1", "2", "3" }));
    }

    [Test]
    public async Task Flushing_the_windows_writes_what_waits_and_later_messages_no_longer_wait()
    {
        var registry = _bus.Registry(workers: 2, Window);
        var peer = await PeerInAsync(registry, A);
        using var fanout = Fanout(registry, workers: 2);

        Send(fanout, A, "1");
        await TestTimeout.For(fanout.FlushWindowsAsync(CancellationToken.None), "the flush");
        Assert.That(Received(peer), Is.EqualTo(new[] { "1" }));

        Send(fanout, A, "2");
        Assert.That(Received(peer), Is.EqualTo(new[] { "1", "2" }));
    }

    [TestCase("-", Description = "no window")]
    [TestCase("a", Description = "the first target has a window, so that its copies are written last")]
    [TestCase("b")]
    [TestCase("")]
    public async Task A_connection_takes_the_copy_of_the_first_target_it_is_in_however_copies_interleave(string windowOf)
    {
        var registry = _bus.Registry(workers: 2, Window, windowOf);
        using var fanout = Fanout(registry, workers: 2);
        var both = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => PeerInAsync(registry, i % 2, A, B)));
        var (onlyA, onlyB) = (await PeerInAsync(registry, A), await PeerInAsync(registry, B));
        var ids = Enumerable.Range(0, 300).Select(i => $"{i:000}").ToList();

        // All copies of one target before those of the other in the first half, in turn in the second.
        foreach (var id in ids.Take(150)) fanout.Receive(Copy(id, A));
        foreach (var id in ids.Take(150)) fanout.Receive(Copy(id, B));
        foreach (var id in ids.Skip(150))
        {
            fanout.Receive(Copy(id, A));
            fanout.Flush();
            fanout.Receive(Copy(id, B));
        }

        fanout.Flush();
        await TestTimeout.For(fanout.FlushWindowsAsync(CancellationToken.None), "the flush");
        foreach (var peer in both.Append(onlyA).Append(onlyB)) Assert.That(Received(peer), Is.EqualTo(ids));
    }

    [Test]
    public async Task A_copy_between_other_messages_of_its_target_goes_only_to_those_who_take_it()
    {
        var registry = _bus.Registry(workers: 1, Window);
        using var fanout = Fanout(registry);
        var (both, onlyB) = (await PeerInAsync(registry, A, B), await PeerInAsync(registry, B));

        Send(fanout, B, "1");
        fanout.Receive(Copy("2", A));
        fanout.Receive(Copy("2", B));
        Send(fanout, B, "3");
        _time.Advance(Window);

        Assert.That(Received(onlyB), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(Received(both), Is.EquivalentTo(new[] { "1", "2", "3" }));
    }

    [Test]
    public async Task Leaving_and_joining_after_the_copies_arrived_changes_nothing()
    {
        var registry = _bus.Registry(workers: 1, Window);
        using var fanout = Fanout(registry);
        var (leaving, joining) = (await PeerInAsync(registry, A, B), await PeerInAsync(registry, B));

        fanout.Receive(Copy("1", A));
        fanout.Receive(Copy("1", B));
        registry.Leave(leaving.Connection, A);
        await registry.JoinAsync(joining.Connection, A);
        _time.Advance(Window);

        Assert.That((Received(leaving), Received(joining)), Is.EqualTo((new[] { "1" }, new[] { "1" })));
    }

    [Test]
    public async Task A_target_whose_subscription_is_not_confirmed_keeps_no_copy_of_another_away()
    {
        _bus.Unconfirmed.Add(A);
        var registry = _bus.Registry(workers: 1);
        using var fanout = Fanout(registry);
        var peer = await PeerInAsync(registry, B);
        var joining = registry.JoinAsync(peer.Connection, A);

        fanout.Receive(Copy("1", B));
        fanout.Flush();

        Assert.That(joining.IsCompleted, Is.False);
        Assert.That(Received(peer), Is.EqualTo(new[] { "1" }));
    }

    private static void Send(Fanout fanout, Target target, string id)
    {
        fanout.Receive(new Message { Id = id, Type = "t", Target = target, Timestamp = 0 });
        fanout.Flush();
    }

    private static Message Copy(string id, Target target) => new() { Id = id, Type = "t", Target = target, Timestamp = 0, Targets = [A, B] };

    private static List<string> Received(Peer peer) => peer.Received.ConvertAll(f => f.Payload);

    private Fanout Fanout(ConnectionRegistry registry, int workers = 1) =>
        new(registry, new WorkerCount(workers), _parts.Metrics, _time, NullLogger<Fanout>.Instance);

    private Task<Peer> PeerInAsync(ConnectionRegistry registry, params Target[] targets) => PeerInAsync(registry, worker: 0, targets);

    private async Task<Peer> PeerInAsync(ConnectionRegistry registry, int worker, params Target[] targets)
    {
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect(), worker: worker);
        foreach (var target in targets) await registry.JoinAsync(peer.Connection, target);
        return peer;
    }

    /// <summary>A clock that a test moves, whose timers fire on the test's thread.</summary>
    private sealed class TimerTime : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private TimeSpan _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback, state);
            _timers.Add(timer);
            timer.Change(dueTime, period);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            foreach (var timer in _timers) timer.Fire(_now);
        }

        private sealed class Timer(TimerTime time, TimerCallback callback, object? state) : ITimer
        {
            private TimeSpan? _due;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                return true;
            }

            public void Fire(TimeSpan now)
            {
                if (_due is null || _due > now) return;
                _due = null;
                callback(state);
            }

            public void Dispose() => _due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
