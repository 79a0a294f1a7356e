using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>Messages that did not arrive by the channel.</summary>
internal sealed class GapTests
{
    private static readonly Target Room = Target.Room("a");

    private RepairedPod _pod = null!;

    private FakeServer Server => _pod.Server;

    [SetUp]
    public async Task StartAsync()
    {
        _pod = new RepairedPod();
        await _pod.SubscribeAsync(Room);
        _pod.Received.Clear(Room);
        Server.LogOf(Room).Restart("a");
        Server.Publish(Room);
        await _pod.FinishAsync();
        _pod.Received.Clear(Room);
    }

    [TearDown]
    public async Task StopAsync() => await _pod.DisposeAsync();

    [Test]
    public async Task Messages_in_order_pass_without_a_read()
    {
        Server.Calls.Clear();
        for (var i = 0; i < 3; i++) Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        AssertReceived("a.2", "a.3", "a.4");
        Assert.That(Server.Calls, Is.Empty);
    }

    [Test]
    public async Task Missing_messages_come_before_newer_ones_and_are_flushed()
    {
        Server.Publish(Room, arrives: false);
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        AssertReceived();

        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        var flushed = _pod.Received.Flushed;
        Server.Reply();
        Assert.That(_pod.Received.Flushed - flushed, Is.EqualTo(4));
        AssertReceived("a.2", "a.3", "a.4", "a.5");
        Assert.That(_pod.Count("gateway.bus.repairs") - 1, Is.EqualTo(1), "the set-up needs one of its own");
    }

    [Test]
    public async Task A_message_read_from_the_log_is_dropped_when_the_channel_brings_it()
    {
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        Server.Publish(Room);
        Server.Publish(Room);
        await _pod.SettleAsync();
        Server.Reply();
        AssertReceived("a.2", "a.3", "a.4", "a.5");
        Server.Pass();
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("a.2", "a.3", "a.4", "a.5", "a.6");
    }

    [Test]
    public async Task A_repair_reads_page_after_page()
    {
        Server.PageLimit = 3;
        for (var i = 0; i < 10; i++) Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        await _pod.FinishAsync();
        Assert.That(_pod.Received.Of(Room), Is.EqualTo(Enumerable.Range(2, 11).Select(i => $"a.{i}")));
        Assert.That(Server.Calls.TakeLast(4), Is.All.EqualTo("read"));
    }

    [Test]
    public async Task A_gap_among_the_waiting_messages_is_read_too()
    {
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        Server.ReadsOnArrival = true;
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("a.2", "a.3", "a.4", "a.5");
    }

    [Test]
    public async Task What_was_trimmed_is_told_before_what_follows()
    {
        for (var i = 0; i < 5; i++) Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.LogOf(Room).Trim(2);
        await _pod.FinishAsync();
        AssertReceived("lost 2-5", "at a.5", "a.6", "a.7");
        Assert.That(_pod.Count("gateway.bus.losses"), Is.EqualTo(2), "the set-up's too");
        Assert.That(_pod.Logs.All, Has.Some.StartsWith("Warning 2030 1 gaps"));
    }

    [Test]
    public async Task A_log_that_is_trimmed_under_the_repair_is_told()
    {
        Server.PageLimit = 2;
        for (var i = 0; i < 5; i++) Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        Server.Reply();
        AssertReceived("a.2", "a.3");
        await _pod.SettleAsync();
        Server.LogOf(Room).Trim(1);
        await _pod.FinishAsync();
        AssertReceived("a.2", "a.3", "lost 4-6", "at a.6", "a.7");
    }

    [Test]
    public async Task A_log_without_any_of_the_missing_messages_is_told()
    {
        Server.Publish(Room, arrives: false);
        Server.Disconnect();
        Server.Publish(Room);
        Server.LogOf(Room).Trim(0);
        Server.Reconnect();
        await _pod.FinishAsync();
        AssertReceived("lost 2-3", "at a.3");
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("lost 2-3", "at a.3", "a.4");
    }

    [Test]
    public async Task A_message_without_a_number_passes_during_a_repair()
    {
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.PublishPlain(Room);
        Server.Pass();
        AssertReceived("plain");
        await _pod.FinishAsync();
        AssertReceived("plain", "a.2", "a.3");
    }

    [Test]
    public async Task A_read_that_fails_is_repeated_until_it_succeeds()
    {
        Server.FailsReads = true;
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await _pod.SettleAsync();
            Server.Reply();
            _pod.Time.Fire();
        }

        AssertReceived();
        Server.FailsReads = false;
        await _pod.FinishAsync();
        AssertReceived("a.2", "a.3");
        Assert.That(_pod.Logs.All, Has.Exactly(1).StartsWith("Warning 2031 Cannot read the message history: the server is away"));
    }

    [Test]
    public async Task Targets_without_history_pass_unchanged()
    {
        var plain = Target.Room("plain");
        await _pod.SubscribeAsync(plain);
        Server.Calls.Clear();
        Server.Publish(plain);
        Server.Send(Server.PublishPlain(plain) with { Position = new Position("x", 7) });
        Server.Disconnect(unread: int.MaxValue);
        Server.Reconnect();
        await _pod.FinishAsync();
        Assert.That(_pod.Received.Of(plain), Is.EqualTo(["plain", "plain", "plain", "cut"]), "a number that nobody can use is removed");
        Assert.That(Server.Calls, Has.None.EqualTo("read"));
    }

    private void AssertReceived(params string[] expected)
    {
        Assert.That(_pod.Received.Of(Room), Is.EqualTo(expected));
        Assert.That(_pod.Received.Overlaps, Is.Zero);
    }
}
