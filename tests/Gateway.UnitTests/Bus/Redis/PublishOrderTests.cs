using Gateway.Bus.Redis.Publishing;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class PublishOrderTests
{
    [Test]
    public async Task Later_calls_go_in_the_order_of_their_coming_behind_one_that_is_tried_again()
    {
        using var order = new PublishOrder();
        Assert.That(order.IsClear);
        await order.EnterAsync(CancellationToken.None);
        var gone = new List<int>();

        async Task Go(int number)
        {
            await order.EnterAsync(CancellationToken.None);
            gone.Add(number);
            order.Leave();
        }

        var later = Enumerable.Range(0, 20).Select(Go).ToList();
        Assert.That((order.IsClear, gone.Count), Is.EqualTo((false, 0)));
        order.Leave();

        await Task.WhenAll(later);
        Assert.That(gone, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(order.IsClear);
    }

    [Test]
    public async Task One_that_gives_up_leaves_no_gap()
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
