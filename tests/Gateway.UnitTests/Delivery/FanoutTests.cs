using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using Gateway.UnitTests.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Delivery;

internal sealed class FanoutTests
{
    private const int Messages = 20;

    private DeliveryParts _parts = null!;

    [SetUp]
    public void Start() => _parts = new DeliveryParts();

    [TearDown]
    public void Stop() => _parts.Dispose();

    [TestCase(0, Messages, TestName = "Without_a_window_what_comes_is_written")]
    [TestCase(1, 1, TestName = "In_a_window_messages_wait_for_others_and_go_out_in_one_write_and_in_order")]
    public async Task Messages_are_written(int windowSeconds, int expectedWrites)
    {
        var peer = new Peer(_parts.Wheel, dialect: new PlainDialect());
        var registry = new WishedTargets().Registry(workers: 1, TimeSpan.FromSeconds(windowSeconds));
        await registry.JoinAsync(peer.Connection, Target.Room("r"));
        using var fanout = new Fanout(registry, new WorkerCount(1), _parts.Metrics, TimeProvider.System, NullLogger<Fanout>.Instance);
        var writes = peer.Output.Writes;

        for (var i = 0; i < Messages; i++)
        {
            fanout.Receive(new Message { Id = $"{i:00}", Type = "t", Target = Target.Room("r"), Timestamp = 0 });
            fanout.Flush();
        }

        Assert.That(SpinWait.SpinUntil(() => peer.Output.SentBytes == Messages * 4, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(peer.Output.Writes - writes, Is.EqualTo(expectedWrites));
        Assert.That(peer.Received.ConvertAll(f => f.Payload), Is.EqualTo(Enumerable.Range(0, Messages).Select(i => $"{i:00}")));
    }
}
