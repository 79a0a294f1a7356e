using Gateway.Bus;
using Gateway.Bus.Redis;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class ConnectionStateTests
{
    private readonly FakeTime _time = new();

    [Test]
    public void An_outage_is_logged_once_however_often_the_connection_comes_and_goes()
    {
        var state = Connected();
        var lost = _time.GetUtcNow();
        Assert.That(state.Down("reset"), Is.True);
        Assert.That(state.Down("refused"), Is.False);
        Assert.That(state.Up(), Is.True);
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(0.5);
            Assert.That((state.Down("reset"), state.Up()), Is.EqualTo((false, false)));
        }

        state.Down("reset");
        Assert.That(state.Current, Is.EqualTo(state.Current with { Connected = false, Since = lost, Reason = "reset", WasConnected = true }), "one outage since the first loss");
    }

    [Test]
    public void After_a_stable_second_the_next_loss_is_a_new_outage()
    {
        var state = Connected();
        state.Down("reset");
        state.Up();
        Assert.That(state.IsStable, Is.False);
        _time.Advance(1);

        Assert.That(state.IsStable, Is.True);
        Assert.That((state.Down("reset"), state.Up()), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_refusal_during_an_outage_is_logged_once_more()
    {
        var state = Connected();
        state.Down("reset");

        Assert.That(state.Down("WRONGPASS", isRefusal: true), Is.True);
        Assert.That(state.Down("WRONGPASS", isRefusal: true), Is.False);
        Assert.That(state.Current.Reason, Is.EqualTo("WRONGPASS"));
    }

    [Test]
    public void It_remembers_whether_it_was_ever_connected()
    {
        var state = new ConnectionState(_time);
        state.Down("refused");
        Assert.That(state.Current.WasConnected, Is.False);
        state.Up();
        state.Down("refused");
        Assert.That(state.Current.WasConnected, Is.True);
    }

    [Test]
    public void The_first_attempt_is_immediate_and_later_delays_double_up_to_the_limit()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(500));
        for (var round = 0; round < 2; round++)
        {
            var delays = Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalMilliseconds).ToList();
            double[] longest = [0, 50, 100, 200, 400, 500, 500, 500];
            Assert.That(delays.Zip(longest, (delay, most) => delay <= most && delay >= most / 2), Is.All.True, string.Join(' ', delays));
            backoff.Reset();
        }
    }

    private ConnectionState Connected()
    {
        var state = new ConnectionState(_time);
        state.Up();
        _time.Advance(60);
        return state;
    }
}
