using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Recovery;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using Gateway.UnitTests.Delivery;
using Gateway.UnitTests.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Recovery;

/// <summary>What a connection receives that joins at an earlier place than the present one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReplayTests : IDisposable
{
    private static readonly Target Room = Target.Room("r");
    private static readonly Target Other = Target.Room("other");

    private readonly DeliveryParts _parts = new();
    private readonly ScriptedHistory _history = new(Room);
    private readonly ConnectionRegistry _registry = new WishedTargets().Registry(workers: 2);
    private readonly ReplayServices _services;
    private readonly Fanout _fanout;

    public ReplayTests()
    {
        _services = new ReplayServices(_history, _registry, Options.Create(new ConnectionOptions()), TimeProvider.System) { FailureTimeout = TimeSpan.FromMilliseconds(50) };
        _fanout = new Fanout(_registry, new WorkerCount(2), _parts.Metrics, TimeProvider.System, NullLogger<Fanout>.Instance);
    }

    public void Dispose()
    {
        _fanout.Dispose();
        _parts.Dispose();
    }

    [Test]
    public async Task It_receives_what_it_missed_and_then_what_is_new()
    {
        using var holder = Watch();
        Publish(200);
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 42));
        Assert.That((replay.Place, replay.IsRecovered), Is.EqualTo(((Position?)new Position("e1", 42), (bool?)true)));
        Publish(10);
        await replay.RunAsync([replay], CancellationToken.None);
        Publish(10);
        Assert.That(Received(peer), Is.EqualTo(Numbers(43, 220)));
    }

    [Test]
    public async Task Many_that_join_anywhere_under_load_receive_each_message_once_and_in_order()
    {
        const int peers = 60, messages = 5_000;
        using var holder = Watch();
        _history.BeforeRead = async () => await Task.Yield();
        Publish(100);
        var publishing = Task.Run(() => Publish(messages - 100));
        var joined = await Task.WhenAll(Enumerable.Range(0, peers).Select(i => Task.Run(async () =>
        {
            var cursor = _history.Current with { Offset = new Random(i).NextInt64(_history.Current.Offset + 1) };
            var peer = NewPeer(worker: i % 2);
            var replay = await BeginAsync(peer, cursor);
            await replay.RunAsync([replay], CancellationToken.None);
            return (peer, cursor);
        })));
        await publishing;
        await TestTimeout.For(_fanout.FlushWindowsAsync(CancellationToken.None), "the last writes");
        foreach (var (peer, cursor) in joined) Assert.That(Received(peer), Is.EqualTo(Numbers(cursor.Offset + 1, messages)), $"from {cursor}");
    }

    [Test]
    public async Task A_client_that_is_ahead_of_this_pod_receives_nothing_twice()
    {
        using var holder = Watch();
        Publish(5);
        var late = _history.Append();
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 6));
        Assert.That(replay.IsRecovered, Is.True);
        var running = replay.RunAsync([replay], CancellationToken.None);
        _fanout.Receive(late);
        _fanout.Flush();
        await TestTimeout.For(running, "the replay");
        Publish(1);
        Assert.That(Received(peer), Is.EqualTo(new[] { "7" }));
    }

    [TestCase("e1", 3, Description = "trimmed")]
    [TestCase("e0", 50, Description = "another epoch")]
    [TestCase("e1", 500, Description = "a place that never was")]
    public async Task A_cursor_that_the_log_cannot_bridge_starts_at_the_present_place(string epoch, long offset)
    {
        using var holder = Watch();
        Publish(100);
        _history.Trim(kept: 50);
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position(epoch, offset));
        Assert.That((replay.Place, replay.IsRecovered), Is.EqualTo(((Position?)new Position("e1", 100), (bool?)false)));
        Publish(3);
        await replay.RunAsync([replay], CancellationToken.None);
        Assert.That(Received(peer), Is.EqualTo(Numbers(101, 103)));
    }

    [Test]
    public async Task What_is_trimmed_during_the_replay_is_told_as_a_gap()
    {
        using var holder = Watch();
        Publish(300);
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 0));
        _history.Trim(kept: 100);
        await replay.RunAsync([replay], CancellationToken.None);
        Assert.That(Received(peer), Is.EqualTo(Numbers(1, 64).Append("gap room:r").Concat(Numbers(201, 300))));
    }

    [Test]
    public async Task A_new_epoch_during_the_replay_is_told_as_a_gap_and_starts_again_at_one()
    {
        using var holder = Watch();
        Publish(100);
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 0));
        _history.BeginEpoch("e2");
        Publish(5);
        await replay.RunAsync([replay], CancellationToken.None);
        Assert.That(Received(peer), Is.EqualTo(Numbers(1, 64).Append("gap room:r").Concat(Numbers(1, 5))));
    }

    [Test]
    public async Task A_log_that_cannot_be_read_for_long_is_told_as_a_gap_and_delivery_goes_on()
    {
        using var holder = Watch();
        Publish(200);
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 0));
        _history.BeforeRead = () => throw new BusUnavailableException("down");
        await TestTimeout.For(replay.RunAsync([replay], CancellationToken.None), "the replay to give up");
        Publish(1);
        Assert.That(Received(peer), Is.EqualTo(Numbers(1, 64).Append("gap room:r").Append("201")));
    }

    [Test]
    public async Task A_copy_that_the_client_gets_through_an_earlier_target_only_moves_its_place()
    {
        using var holder = Watch();
        var peer = NewPeer();
        peer.Connection.Memberships.Add(Other, new Position("o", 5));
        Publish(_history.Append([Other, Room], new Dictionary<Target, Position> { [Other] = new("o", 6) }));
        Publish(_history.Append([Other, Room], new Dictionary<Target, Position> { [Other] = new("o", 5) }));
        var replay = await BeginAsync(peer, new Position("e1", 0));
        await replay.RunAsync([replay], CancellationToken.None);
        Assert.That(Received(peer), Is.EqualTo(new[] { "position 1", "2" }), "the second was published before the client was in the other room");
    }

    [Test]
    public async Task A_replay_that_is_given_up_leaves_no_trace()
    {
        var peer = NewPeer();
        var replay = await BeginAsync(peer, new Position("e1", 0));
        Assert.That(_registry.TryGet(Room, out var members) && members.Recent is not null, Is.True);
        replay.Abandon();
        Assert.That(members!.Recent, Is.Null);
        await _registry.SweepAsync();
        await _registry.SweepAsync();
        Assert.That(_registry.TryGet(Room, out _), Is.False);
    }

    private static IEnumerable<string> Numbers(long from, long to) => Enumerable.Range((int)from, (int)(to - from + 1)).Select(i => $"{i}");

    private static List<string> Received(Peer peer) => peer.Received.ConvertAll(f => f.Payload);

    private Peer NewPeer(int worker = 0) => new(_parts.Wheel, dialect: new PlainDialect(), worker: worker);

    /// <summary>Subscribes the room, so that the gateway knows its place.</summary>
    private Watcher Watch()
    {
        var join = _registry.Begin(Room);
        _fanout.Positioned(Room, _history.Current);
        return new Watcher(_registry, join);
    }

    private async Task<Replay> BeginAsync(Peer peer, Position cursor) =>
        await _services.BeginAsync(_registry.Begin(Room), peer.Connection, cursor, CancellationToken.None);

    private void Publish(int count)
    {
        for (var i = 0; i < count; i++) Publish(_history.Append());
    }

    private void Publish(Message message)
    {
        _fanout.Receive(message);
        _fanout.Flush();
    }

    private sealed class Watcher(ConnectionRegistry registry, PendingJoin join) : IDisposable
    {
        public void Dispose() => registry.Abandon(join);
    }
}
