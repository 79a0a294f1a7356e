using System.Text.Json;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using Gateway.UnitTests.Registry;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Delivery;

internal sealed class TargetQueueTests
{
    private const int Everybody = int.MaxValue;

    private static readonly Target Room = Target.Room("r");

    private HeartbeatWheel _wheel = null!;

    [SetUp]
    public void Start() => _wheel = Peer.Wheel(TimeProvider.System);

    [TearDown]
    public void Stop() => _wheel.Dispose();

    [Test]
    public void Many_messages_reach_each_member_in_order_and_in_one_write()
    {
        var plain = new PlainDialect();
        var peers = Enumerable.Range(0, 5).Select(_ => new Peer(_wheel, dialect: plain)).ToList();
        var writes = peers[0].Output.Writes;
        Write(peers, [.. Enumerable.Range(0, 50).Select(i => Message($"{i}"))]);
        foreach (var peer in peers) Assert.That(Texts(peer), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        Assert.That(peers[0].Output.Writes - writes, Is.EqualTo(1));
        Assert.That(plain.Rendered, Is.EqualTo(50), "rendered once for all");
    }

    [Test]
    public void Each_receiver_gets_its_own_dialect()
    {
        var plain = new Peer(_wheel, dialect: new PlainDialect());
        var other = new Peer(_wheel, dialect: new PlainDialect(slot: 2));
        var native = new Peer(_wheel);
        var second = new Peer(_wheel);
        Write([plain, native, other, second], Message("a"), Message("b"));
        Assert.That(Texts(plain), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(Texts(other), Is.EqualTo(new[] { "a", "b" }));
        foreach (var peer in new[] { native, second })
            Assert.That(Texts(peer).Select(t => JsonDocument.Parse(t).RootElement.GetProperty("id").GetString()), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_newer_message_with_the_same_key_replaces_the_older_before_anything_is_written()
    {
        var peer = new Peer(_wheel, dialect: new PlainDialect());
        Write([peer], Message("1", key: "k"), Message("2"), Message("3", key: "j"), Message("4", key: "k"));
        Assert.That(Texts(peer), Is.EqualTo(new[] { "2", "3", "4" }));
    }

    [Test]
    public void A_message_of_several_targets_keeps_its_place_among_the_messages_of_each_target()
    {
        var peer = new Peer(_wheel, dialect: new PlainDialect());
        Write([peer], Message("1"), Message("2", isCopy: true), Message("3"), Message("4"), Message("5", isCopy: true), Message("6", isCopy: true), Message("7"));
        Assert.That(Texts(peer), Is.EqualTo(new[] { "1", "2", "3", "4", "5", "6", "7" }));
    }

    [Test]
    public void A_slice_ends_at_its_limit_and_the_next_one_continues()
    {
        var peers = Enumerable.Range(0, 10).Select(_ => new Peer(_wheel, dialect: new PlainDialect())).ToList();
        var queue = Queue(peers, Message("1"), Message("2"));
        var (slices, deliveries) = (new List<int>(), 0);
        while (!queue.IsEmpty && slices.Count < 10)
        {
            slices.Add(queue.Write(worker: 0, limit: 4, out var delivered));
            deliveries += delivered;
        }

        Assert.That((slices, deliveries), Is.EqualTo((new[] { 4, 4, 2 }, 20)));
        foreach (var peer in peers) Assert.That(Texts(peer), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public void What_comes_between_two_slices_reaches_everybody_after_them()
    {
        var peers = Enumerable.Range(0, 10).Select(_ => new Peer(_wheel, dialect: new PlainDialect())).ToList();
        var queue = Queue(peers, Message("1", key: "k"));
        queue.Write(worker: 0, limit: 4, out _);
        Add(queue, Message("2", key: "k"));
        Add(queue, Message("3", key: "k"));
        queue.Write(worker: 0, limit: 100, out _);
        foreach (var peer in peers) Assert.That(Texts(peer), Is.EqualTo(new[] { "1", "3" }), "what has begun is not replaced, what waits is");
    }

    [Test]
    public void Messages_beyond_one_chunk_keep_their_order()
    {
        var peer = new Peer(_wheel, dialect: new PlainDialect());
        var big = new byte[40_000];
        Array.Fill(big, (byte)'1');
        Write([peer], [.. Enumerable.Range(0, 9).Select(i => Message($"{i}", isCopy: i % 4 == 3) with { Content = big })]);
        Assert.That(Texts(peer), Is.EqualTo(Enumerable.Range(0, 9).Select(i => $"{i}")));
    }

    [Test]
    public void Only_the_worker_that_writes_is_written_to()
    {
        var plain = new PlainDialect();
        var here = new Peer(_wheel, dialect: plain, worker: 1);
        var elsewhere = new Peer(_wheel, dialect: plain, worker: 0);
        var members = MembersOf([here, elsewhere]);
        var queue = new TargetQueue();
        queue.Begin(members);
        Add(queue, Message("m"));
        Assert.That(queue.Write(worker: 1, Everybody, out _), Is.EqualTo(1));
        Assert.That((Texts(here).Count, Texts(elsewhere).Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_receiver_that_is_too_slow_is_closed_and_the_others_do_not_notice()
    {
        var slow = new Peer(_wheel, room: 0, dialect: new PlainDialect(), limits: new QueueLimits(1_000, 5));
        var fast = new Peer(_wheel, dialect: new PlainDialect());
        for (var round = 0; round < 4; round++) Write([slow, fast], Message($"{round}a"), Message($"{round}b"));
        Assert.That(slow.Connection.Closed, Is.EqualTo(CloseCode.TooSlow));
        Assert.That(Texts(fast), Has.Count.EqualTo(8));
    }

    [Test]
    public void Where_the_policy_is_to_drop_the_oldest_a_receiver_that_is_too_slow_stays([Values] bool isCopy)
    {
        var slow = new Peer(_wheel, room: 0, dialect: new PlainDialect(), limits: new QueueLimits(1_000, 5));
        var queue = new TargetQueue();
        queue.Begin(MembersOf([slow], new TargetPolicy(OverflowPolicy.DropOldest, TimeSpan.Zero)));
        for (var i = 0; i < 20; i++) Add(queue, Message($"{i}", isCopy: isCopy));
        queue.Write(worker: 0, Everybody, out _);
        Assert.That(slow.Connection.IsClosing, Is.False);
    }

    private static Message Message(string id, string? key = null, bool isCopy = false) =>
        new() { Id = id, Type = "t", Target = Room, Timestamp = 0, Key = key, Targets = isCopy ? [Room, Target.Room("other")] : [] };

    private static void Write(IEnumerable<Peer> peers, params Message[] messages) => Queue(peers, messages).Write(worker: 0, Everybody, out _);

    private static TargetQueue Queue(IEnumerable<Peer> peers, params Message[] messages)
    {
        var queue = new TargetQueue();
        queue.Begin(MembersOf(peers));
        foreach (var message in messages) Add(queue, message);
        return queue;
    }

    private static void Add(TargetQueue queue, Message message) =>
        queue.Add(new RenderedMessage(message, queue.Members.Capture()) { Departures = queue.Members.Departures, Copy = TargetCopy.Of(message, new WishedTargets().Registry()) });

    private static Members MembersOf(IEnumerable<Peer> peers, TargetPolicy? policy = null)
    {
        var members = new Members(Room, 2) { Policy = policy ?? TargetPolicy.Default };
        foreach (var peer in peers) members.Add(peer.Connection);
        return members;
    }

    private static List<string> Texts(Peer peer) => [.. peer.Received.Where(f => f.Opcode == 1).Select(f => f.Payload)];
}
