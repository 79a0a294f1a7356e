using Gateway.Connections;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

internal sealed class HeartbeatWheelTests
{
    [Test]
    public void Ten_thousand_connections_are_each_pinged_in_their_own_second_and_no_other()
    {
        var time = new FakeTime();
        using var wheel = Peer.Wheel(time);
        var peers = new List<Peer>();
        for (var second = 0; second < 30; second++)
        {
            for (var i = 0; i < 333; i++)
            {
                var peer = new Peer(wheel);
                peer.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
                peers.Add(peer);
            }

            time.Advance(1);
            wheel.Tick();
        }

        var pinged = 0;
        for (var second = 0; second < 30; second++)
        {
            var now = peers.Count(p => p.Output.Sent.Length > 0);
            Assert.That(now - pinged, Is.EqualTo(333), $"second {second}");
            pinged = now;
            time.Advance(1);
            wheel.Tick();
        }
    }

    [Test]
    public void Any_order_of_joining_leaving_and_ticking_loses_none_and_visits_none_that_left()
    {
        var random = new Random(7);
        var time = new FakeTime();
        using var wheel = Peer.Wheel(time, new HeartbeatOptions { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromHours(2) });
        var alive = new List<Peer>();
        for (var step = 0; step < 5_000; step++)
        {
            switch (random.Next(3))
            {
                case 0:
                    var peer = new Peer(wheel);
                    peer.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
                    alive.Add(peer);
                    break;
                case 1 when alive.Count > 0:
                    var leaving = alive[random.Next(alive.Count)];
                    alive.Remove(leaving);
                    wheel.Remove(leaving.Connection.Liveness);
                    leaving.Output.BreakIt();
                    break;
                default:
                    var before = alive.ConvertAll(p => (Peer: p, p.Output.Writes));
                    time.Advance(2);
                    wheel.Tick();
                    Assert.That(before.Where(p => p.Peer.Output.Writes <= p.Writes), Is.Empty, $"step {step}");
                    break;
            }
        }
    }

    [Test]
    public void A_time_of_day_becomes_the_first_second_not_before_it()
    {
        var time = new FakeTime();
        using var wheel = Peer.Wheel(time);
        var start = time.GetUtcNow();
        Assert.Multiple(() =>
        {
            Assert.That(wheel.SecondsAt(start.AddSeconds(10)), Is.EqualTo(10));
            Assert.That(wheel.SecondsAt(start.AddSeconds(10.001)), Is.EqualTo(11));
            Assert.That(wheel.SecondsAt(start.AddSeconds(-10)), Is.Zero);
            Assert.That(wheel.SecondsAt(DateTimeOffset.MaxValue), Is.EqualTo(Liveness.Never));
        });
    }

    [Test]
    public async Task Scheduling_from_other_threads_while_the_wheel_turns_loses_nothing()
    {
        var time = new FakeTime();
        using var wheel = Peer.Wheel(time);
        var peers = Enumerable.Range(0, 2_000).Select(_ => new Peer(wheel)).ToList();
        foreach (var peer in peers) peer.Connection.Liveness.SetExpiry(DateTimeOffset.MaxValue);
        var closing = Task.Run(() => peers.ForEach(peer => peer.Connection.Close(CloseCode.GoingAway)));
        for (var second = 0; second < 40 || !closing.IsCompleted; second++)
        {
            time.Advance(1);
            wheel.Tick();
        }

        await closing;
        for (var second = 0; second < 4; second++)
        {
            time.Advance(1);
            wheel.Tick();
        }

        Assert.That(peers.Where(p => !p.Transport.IsAborted), Is.Empty);
    }
}
