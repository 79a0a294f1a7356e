using Gateway.Connections;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

/// <summary>Interval 30 s, timeout 60 s, 10 s per message, 2 s for a response to a close: the defaults.</summary>
internal sealed class LivenessTests
{
    private const int Ping = 9;
    private const int Close = 8;

    private readonly FakeTime _time = new();
    private HeartbeatWheel _wheel = null!;
    private Peer _peer = null!;

    [SetUp]
    public void Connect()
    {
        _wheel = Peer.Wheel(_time);
        _peer = new Peer(_wheel);
        _peer.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
    }

    [TearDown]
    public void Dispose() => _wheel.Dispose();

    [Test]
    public void A_silent_peer_is_pinged_after_the_interval_and_closed_after_the_timeout()
    {
        Pass(29);
        Assert.That(_peer.Received, Is.Empty);
        Pass(2);
        Assert.That(_peer.Received, Is.EqualTo(new[] { (Ping, "") }));
        Pass(28);
        Assert.That(_peer.Connection.IsClosing, Is.False);
        Pass(2);
        Assert.That(_peer.Connection.Closed, Is.EqualTo(CloseCode.NoSignOfLife));
        Assert.That(_peer.Received[^1].Opcode, Is.EqualTo(Close));
    }

    [TestCase(31, 1)]
    [TestCase(10, 0)]
    public void A_peer_that_sends_lives_for_ever_and_is_pinged_only_after_silence(int everySeconds, int pings)
    {
        for (var i = 0; i < 1_000; i++)
        {
            Pass(everySeconds);
            _peer.Connection.Liveness.Alive();
        }

        Assert.That(_peer.Connection.IsClosing, Is.False);
        Assert.That(_peer.Received, Has.Count.InRange(900 * pings, 1_050 * pings).And.All.EqualTo((Ping, "")));
    }

    [Test]
    public void A_message_that_does_not_end_is_a_policy_violation_however_busy_it_is()
    {
        _peer.Connection.Liveness.ExpectMessage(unfinished: true);
        for (var i = 0; i < 10; i++)
        {
            Pass(1);
            _peer.Connection.Liveness.Alive();
            _peer.Connection.Liveness.ExpectMessage(unfinished: true);
        }

        Assert.That(_peer.Connection.IsClosing, Is.False);
        Pass(2);
        Assert.That(_peer.Connection.Closed.Code, Is.EqualTo(1008));
    }

    [Test]
    public void A_message_that_ends_in_time_leaves_nothing_behind()
    {
        for (var i = 0; i < 20; i++)
        {
            _peer.Connection.Liveness.ExpectMessage(unfinished: true);
            Pass(9);
            _peer.Connection.Liveness.Alive();
            _peer.Connection.Liveness.ExpectMessage(unfinished: false);
        }

        Assert.That(_peer.Connection.IsClosing, Is.False);
    }

    [Test]
    public void While_a_command_runs_a_silent_peer_is_not_dropped()
    {
        _peer.Connection.Liveness.Busy = true;
        Pass(200);
        Assert.That(_peer.Connection.IsClosing, Is.False);
        _peer.Connection.Liveness.Busy = false;
        Pass(61);
        Assert.That(_peer.Connection.Closed, Is.EqualTo(CloseCode.NoSignOfLife));
    }

    [Test]
    public void A_token_ends_the_connection_at_its_time_even_hours_away()
    {
        _peer.Connection.Liveness.SetExpiry(_time.GetUtcNow().AddHours(5));
        for (var i = 0; i < 10 * 60 - 1; i++)
        {
            Pass(30);
            _peer.Connection.Liveness.Alive();
        }

        Assert.That(_peer.Connection.IsClosing, Is.False);
        Pass(31);
        Assert.That(_peer.Connection.Closed, Is.EqualTo(CloseCode.TokenExpired));
    }

    [Test]
    public void A_later_token_takes_the_place_of_the_first()
    {
        _peer.Connection.Liveness.SetExpiry(_time.GetUtcNow().AddSeconds(5));
        _peer.Connection.Liveness.SetExpiry(_time.GetUtcNow().AddSeconds(50));
        Pass(49);
        Assert.That(_peer.Connection.IsClosing, Is.False);
        Pass(2);
        Assert.That(_peer.Connection.Closed, Is.EqualTo(CloseCode.TokenExpired));
    }

    [Test]
    public void A_peer_that_does_not_reply_to_the_close_is_dropped()
    {
        _peer.Connection.Close(CloseCode.GoingAway);
        Pass(2);
        Assert.That(_peer.Transport.IsAborted, Is.False);
        Pass(1);
        Assert.That(_peer.Transport.IsAborted, Is.True);
    }

    [Test]
    public void A_peer_that_sends_on_after_the_close_is_dropped_no_later()
    {
        _peer.Connection.Close(CloseCode.Protocol);
        _peer.Connection.Liveness.Alive();
        _peer.Connection.Liveness.ExpectMessage(unfinished: true);
        _peer.Connection.Liveness.SetExpiry(_time.GetUtcNow().AddHours(1));
        Pass(3);
        Assert.That(_peer.Transport.IsAborted, Is.True);
    }

    [Test]
    public void A_peer_that_does_not_reply_to_the_close_is_sent_FIN_before_it_is_disconnected()
    {
        _peer.Connection.Close(CloseCode.GoingAway);
        Pass(1);
        Assert.That(_peer.Output.IsShutDown, Is.False);
        Pass(1);
        Assert.That(_peer.Output.IsShutDown, Is.True);
        Assert.That(_peer.Transport.IsAborted, Is.False);
    }

    [Test]
    public void A_write_without_progress_for_20_seconds_is_closed_as_too_slow()
    {
        var slow = new Peer(_wheel, room: 0);
        slow.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
        for (var i = 0; i < 3; i++) slow.Connection.Send(Frames.Text("waits"));
        for (var i = 0; i < 20; i++) Pass(1);
        Assert.That(slow.Connection.IsClosing, Is.False);
        Pass(2);
        Assert.That(slow.Connection.Closed, Is.EqualTo(CloseCode.TooSlow));
    }

    [Test]
    public async Task A_write_that_has_ended_is_not_too_slow()
    {
        var slow = new Peer(_wheel, room: 0);
        slow.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
        slow.Connection.Send(Frames.Text("waits"));
        Pass(10);
        slow.Output.MakeRoom(1_000_000);
        await slow.Connection.Outbound.Completion;
        Pass(30);
        Assert.That(slow.Connection.IsClosing, Is.False);
    }

    [Test]
    public void A_time_limit_of_0_on_messages_and_writes_is_no_limit()
    {
        using var wheel = Peer.Wheel(_time, connections: new ConnectionOptions { MessageDeadlineSeconds = 0, WriteTimeoutSeconds = 0 });
        var peer = new Peer(wheel, room: 0);
        peer.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
        peer.Connection.Liveness.ExpectMessage(unfinished: true);
        peer.Connection.Send(Frames.Text("waits"));
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(1);
            wheel.Tick();
            peer.Connection.Liveness.Alive();
        }

        Assert.That(peer.Connection.IsClosing, Is.False);
    }

    [Test]
    public void A_message_is_not_late_while_its_client_waits_for_its_rate()
    {
        _peer.Connection.Liveness.ExpectMessage(unfinished: true);
        Pass(5);
        _peer.Connection.Liveness.Busy = true;
        Pass(20);
        _peer.Connection.Liveness.Busy = false;
        Pass(4);
        Assert.That(_peer.Connection.IsClosing, Is.False);
        Pass(3);
        Assert.That(_peer.Connection.Closed.Code, Is.EqualTo(1008));
    }

    [Test]
    public void What_has_ended_is_not_visited_again()
    {
        _wheel.Remove(_peer.Connection.Liveness);
        _peer.Connection.Liveness.SetExpiry(_time.GetUtcNow().AddSeconds(1));
        Pass(300);
        Assert.That(_peer.Received, Is.Empty);
        Assert.That(_peer.Connection.IsClosing, Is.False);
    }

    private void Pass(double seconds)
    {
        _time.Advance(seconds);
        _wheel.Tick();
    }
}
