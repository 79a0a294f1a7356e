using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Delivery;

internal sealed class FanoutWorkerTests
{
    private DeliveryParts _parts = null!;

    [SetUp]
    public void Start() => _parts = new DeliveryParts();

    [TearDown]
    public void Stop() => _parts.Dispose();

    [Test]
    public async Task What_several_threads_post_to_several_rooms_arrives_whole_and_in_order_per_room([Values(1, 100)] int claimedReceivers)
    {
        const int rooms = 4, each = 5_000;
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        await Task.WhenAll(Enumerable.Range(0, rooms).Select(room => Task.Run(() =>
        {
            var members = new Members(Target.Room($"{room}"), 1);
            members.Add(peer.Connection);
            for (var i = 0; i < each; i++) Post(worker, members, $"{room}:{i}", claimedReceivers);
        })));
        var bytes = rooms * Enumerable.Range(0, each).Sum(i => 2 + $"0:{i}".Length);
        Assert.That(SpinWait.SpinUntil(() => peer.Output.SentBytes == bytes, TimeSpan.FromSeconds(20)), Is.True);
        var received = peer.Received.ConvertAll(f => f.Payload);
        for (var room = 0; room < rooms; room++)
        {
            var own = received.Where(p => p.StartsWith($"{room}:", StringComparison.Ordinal));
            Assert.That(own, Is.EqualTo(Enumerable.Range(0, each).Select(i => $"{room}:{i}")));
        }
    }

    [Test]
    public void A_worker_that_has_run_dry_runs_again()
    {
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        var members = new Members(Target.Room("r"), 1);
        members.Add(peer.Connection);
        for (var i = 1; i <= 200; i++)
        {
            Post(worker, members, "m");
            Assert.That(SpinWait.SpinUntil(() => peer.Output.SentBytes == 3 * i, TimeSpan.FromSeconds(20)), Is.True, $"message {i}");
        }
    }

    [Test]
    public void A_message_that_cannot_be_written_costs_no_other_target_its_messages()
    {
        var broken = new Peer(_parts.Wheel, dialect: new BrokenDialect());
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect(slot: 2));
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        foreach (var receiver in new[] { broken, peer, broken, peer })
        {
            var members = new Members(Target.Room("r"), 1);
            members.Add(receiver.Connection);
            Post(worker, members, "m");
        }

        Assert.That(SpinWait.SpinUntil(() => peer.Output.SentBytes == 2 * 3, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(broken.Output.SentBytes, Is.Zero);
    }

    [Test]
    public void What_arrives_while_the_caller_writes_goes_out_too()
    {
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        var members = new Members(Target.Room("r"), 1);
        members.Add(peer.Connection);
        peer.Output.OnSend = () =>
        {
            peer.Output.OnSend = null;
            Post(worker, members, "2");
        };
        Post(worker, members, "1");
        Assert.That(SpinWait.SpinUntil(() => peer.Output.SentBytes == 2 * 3, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(peer.Received.ConvertAll(f => f.Payload), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task A_message_to_one_is_written_between_the_slices_of_a_large_room()
    {
        const int size = 1_000;
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        var large = new Members(Target.Room("large"), 1);
        var peers = Enumerable.Range(0, size).Select(_ => new Peer(_parts.Wheel, dialect: new PlainDialect())).ToList();
        foreach (var peer in peers) large.Add(peer.Connection);
        var single = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var small = new Members(Target.Room("small"), 1);
        small.Add(single.Connection);
        var (written, before) = (0, -1);
        foreach (var peer in peers)
        {
            peer.Output.OnSend = () =>
            {
                if (Interlocked.Increment(ref written) == 1) Post(worker, small, "s");
            };
        }

        single.Output.OnSend = () => before = Volatile.Read(ref written);
        Post(worker, large, "m", size);
        await TestTimeout.For(worker.WhenIdle(), "the end of the room");
        Assert.That((written, single.Output.SentBytes), Is.EqualTo((size, 3)));
        Assert.That(before, Is.InRange(1, size / 4), "receivers of the large room that were written first");
    }

    [Test]
    public async Task Small_messages_without_end_do_not_keep_a_large_room_waiting()
    {
        const int size = 1_000, most = 100_000;
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        var large = new Members(Target.Room("large"), 1);
        var peers = Enumerable.Range(0, size).Select(_ => new Peer(_parts.Wheel, dialect: new PlainDialect())).ToList();
        foreach (var peer in peers) large.Add(peer.Connection);
        var single = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var small = new Members(Target.Room("small"), 1);
        small.Add(single.Connection);
        var (left, sent) = (size, 0);
        foreach (var peer in peers) peer.Output.OnSend = () => Interlocked.Decrement(ref left);

        // Each one asks for the next as long as the room is not written.
        single.Output.OnSend = () =>
        {
            if (Volatile.Read(ref left) > 0 && sent++ < most) Post(worker, small, "s");
        };
        Post(worker, small, "s", receivers: 100);
        Post(worker, large, "m", size);
        await TestTimeout.For(worker.WhenIdle(), "the end of the room");
        Assert.That(left, Is.Zero);
        Assert.That(sent, Is.LessThan(most));
    }

    [Test]
    public async Task A_target_keeps_its_order_at_every_receiver_of_a_large_and_of_a_small_room()
    {
        const int each = 300;
        var worker = new FanoutWorker(0, _parts.Metrics, NullLogger.Instance);
        var peers = Enumerable.Range(0, 200).Select(_ => new Peer(_parts.Wheel, dialect: new PlainDialect())).ToList();
        var (large, small) = (new Members(Target.Room("large"), 1), new Members(Target.Room("small"), 1));
        foreach (var peer in peers) large.Add(peer.Connection);
        foreach (var peer in peers.Take(10)) small.Add(peer.Connection);
        for (var i = 0; i < each; i++)
        {
            Post(worker, large, $"l{i}", peers.Count);
            Post(worker, small, $"s{i}", 10);
        }

        await TestTimeout.For(worker.WhenIdle(), "the end of both rooms");
        for (var i = 0; i < peers.Count; i++)
        {
            var received = peers[i].Received.ConvertAll(f => f.Payload);
            Assert.That(received.Where(p => p[0] == 'l'), Is.EqualTo(Enumerable.Range(0, each).Select(n => $"l{n}")));
            Assert.That(received.Where(p => p[0] == 's'), Is.EqualTo(Enumerable.Range(0, i < 10 ? each : 0).Select(n => $"s{n}")));
        }
    }

    /// <summary>Few receivers are written to on the caller's thread, many on the pool's.</summary>
    private static void Post(FanoutWorker worker, Members members, string id, int receivers = 1)
    {
        worker.Add(members, new RenderedMessage(Message(members.Target, id), members.Capture()), receivers);
        worker.Flush();
    }

    private static Message Message(Target target, string id) => new() { Id = id, Type = "t", Target = target, Timestamp = 0 };
}
