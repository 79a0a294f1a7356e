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

    /// <summary>Few receivers are written to on the caller's thread, many on the pool's.</summary>
    private static void Post(FanoutWorker worker, Members members, string id, int receivers = 1)
    {
        worker.Add(members, new RenderedMessage(Message(members.Target, id)), receivers);
        worker.Flush();
    }

    private static Message Message(Target target, string id) => new() { Id = id, Type = "t", Target = target, Timestamp = 0 };
}
