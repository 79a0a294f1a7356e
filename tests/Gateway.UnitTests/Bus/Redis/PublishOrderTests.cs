using Gateway.Bus.Redis.Publishing;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class PublishOrderTests
{
    private static readonly Func<bool> NeverQuiet = () => false;

    private readonly PublishOrder _order = new();

    [Test]
    public async Task Later_calls_queue_in_their_order_behind_one_that_is_retried()
    {
        Assert.That(_order.IsClear);
        _order.Register(0);
        await _order.WaitAsync(0, NeverQuiet, CancellationToken.None);
        var done = new List<int>();

        async Task Go(int number)
        {
            _order.Register(number);
            await _order.WaitAsync(number, NeverQuiet, CancellationToken.None);
            done.Add(number);
            _order.Leave(number);
        }

        var later = Enumerable.Range(1, 20).Select(Go).ToList();
        Assert.That((_order.IsClear, done.Count), Is.EqualTo((false, 0)));
        _order.Leave(0);

        await Task.WhenAll(later);
        Assert.That(done, Is.EqualTo(Enumerable.Range(1, 20)));
        Assert.That(_order.IsClear);
    }

    [Test]
    public async Task Of_two_calls_that_failed_together_the_earlier_one_has_the_first_turn_whichever_is_noticed_first()
    {
        _order.Register(2);
        _order.Register(1);
        var second = _order.WaitAsync(2, NeverQuiet, CancellationToken.None);
        Assert.That(second.IsCompleted, Is.False);

        await _order.WaitAsync(1, NeverQuiet, CancellationToken.None);
        Assert.That(second.IsCompleted, Is.False);
        _order.Leave(1);
        await second;
    }

    [Test]
    public async Task A_queued_call_waits_for_those_in_flight_which_may_queue_before_it()
    {
        Assert.That(_order.TryBegin() && _order.TryBegin() && _order.TryBegin(), Is.True);
        _order.Register(2);
        _order.End();
        Assert.That(_order.TryBegin(), Is.False);
        var second = _order.WaitAsync(2, NeverQuiet, CancellationToken.None);
        _order.Register(1);
        _order.End();
        var first = _order.WaitAsync(1, NeverQuiet, CancellationToken.None);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)), "one is still in flight");

        _order.End();

        await first;
        Assert.That(second.IsCompleted, Is.False);
        _order.Leave(1);
        await second;
        _order.Leave(2);
        Assert.That(_order.TryBegin(), Is.True);
        _order.End();
    }

    [Test]
    public async Task A_queued_call_is_sent_behind_the_one_before_unless_it_needs_quiet()
    {
        var needsQuiet = true;
        for (var number = 1; number <= 3; number++) _order.Register(number);
        await _order.WaitAsync(1, NeverQuiet, CancellationToken.None);
        var third = _order.WaitAsync(3, NeverQuiet, CancellationToken.None);
        var second = _order.WaitAsync(2, () => needsQuiet, CancellationToken.None);

        _order.Sent(1);
        Assert.That(second.IsCompleted, Is.False, "the first has not ended");
        _order.Register(1);
        _order.EndSent();
        Assert.That(second.IsCompleted, Is.False, "the first is before it again");
        await _order.WaitAsync(1, NeverQuiet, CancellationToken.None);
        needsQuiet = false;
        _order.Sent(1);
        await second;
        Assert.That(third.IsCompleted, Is.False);
        _order.Sent(2);
        await third;
        _order.Leave(3);
        _order.EndSent();
        _order.EndSent();
        Assert.That(_order.IsClear);
    }

    [Test]
    public async Task A_cancelled_call_frees_its_turn()
    {
        using var caller = new CancellationTokenSource();
        _order.Register(1);
        _order.Register(2);
        var waiting = _order.WaitAsync(2, NeverQuiet, caller.Token);

        await caller.CancelAsync();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _order.Leave(2);
        _order.Leave(1);

        Assert.That((waiting.IsCanceled, _order.IsClear), Is.EqualTo((true, true)));
    }
}
