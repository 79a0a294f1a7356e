using Gateway.Bus.Redis.Publishing;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class PublishOrderTests
{
    [Test]
    public async Task Later_calls_queue_in_their_order_behind_one_that_is_retried()
    {
        using var order = new PublishOrder();
        Assert.That(order.IsClear);
        await order.EnterAsync(CancellationToken.None);
        var done = new List<int>();

        async Task Go(int number)
        {
            await order.EnterAsync(CancellationToken.None);
            done.Add(number);
            order.Leave();
        }

        var later = Enumerable.Range(0, 20).Select(Go).ToList();
        Assert.That((order.IsClear, done.Count), Is.EqualTo((false, 0)));
        order.Leave();

        await Task.WhenAll(later);
        Assert.That(done, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(order.IsClear);
    }

    [Test]
    public async Task A_cancelled_call_frees_its_turn()
    {
        using var order = new PublishOrder();
        using var caller = new CancellationTokenSource();
        await order.EnterAsync(CancellationToken.None);
        var waiting = order.EnterAsync(caller.Token);

        await caller.CancelAsync();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        order.Leave();

        Assert.That((waiting.IsCanceled, order.IsClear), Is.EqualTo((true, true)));
    }
}
