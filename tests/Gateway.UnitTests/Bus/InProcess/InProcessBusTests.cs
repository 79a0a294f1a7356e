using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.InProcess;

internal sealed class InProcessBusTests
{
    private readonly FakeTime _time = new();

    [Test]
    public async Task Ids_are_remembered_for_five_minutes_from_the_first_publish()
    {
        var bus = new InProcessBus(HistoryPolicies.None, _time);
        await PublishAsync(bus);
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.That(await PublishAsync(bus), Is.EqualTo(PublishStatus.Duplicate));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await PublishAsync(bus), Is.EqualTo(PublishStatus.Accepted));
    }

    private static async Task<PublishStatus> PublishAsync(InProcessBus bus)
    {
        var message = new Message { Id = "id-1", Type = "chat", Target = Target.All, Timestamp = 1 };
        return (await bus.PublishAsync(message, idempotent: true, CancellationToken.None)).Status;
    }
}
