using Gateway.Connections;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

internal sealed class InboundBudgetTests
{
    private readonly FakeTime _time = new();

    [Test]
    public void A_burst_is_let_through_and_then_the_rate()
    {
        var budget = new InboundBudget(new ConnectionOptions { MessageBurst = 10, MessagesPerSecond = 5 }, _time);
        Assert.That(Enumerable.Range(0, 12).Count(_ => budget.TryTakeMessage()), Is.EqualTo(10));
        _time.Advance(1);
        Assert.That(Enumerable.Range(0, 12).Count(_ => budget.TryTakeMessage()), Is.EqualTo(5));
        _time.Advance(100);
        Assert.That(Enumerable.Range(0, 12).Count(_ => budget.TryTakeMessage()), Is.EqualTo(10));
    }

    [Test]
    public void A_client_that_keeps_to_the_rate_is_never_refused()
    {
        var budget = new InboundBudget(new ConnectionOptions { MessageBurst = 1, MessagesPerSecond = 50 }, _time);
        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(0.021);
            Assert.That(budget.TryTakeMessage(), Is.True);
        }
    }

    [Test]
    public void Errors_are_forgiven_by_the_minute()
    {
        var budget = new InboundBudget(new ConnectionOptions { MaxErrorsPerMinute = 3 }, _time);
        Assert.That(Enumerable.Range(0, 4).Select(_ => budget.TryTakeError()), Is.EqualTo(new[] { true, true, true, false }));
        _time.Advance(61);
        Assert.That(budget.TryTakeError(), Is.True);
    }

    [TestCase(0, 100)]
    [TestCase(50, 0)]
    public void Zero_takes_the_limits_away(int perSecond, int burst)
    {
        var budget = new InboundBudget(new ConnectionOptions { MessagesPerSecond = perSecond, MessageBurst = burst, MaxErrorsPerMinute = 0 }, _time);
        Assert.That(Enumerable.Range(0, 10_000).All(_ => budget.TryTakeMessage() && budget.TryTakeError()), Is.True);
    }
}
