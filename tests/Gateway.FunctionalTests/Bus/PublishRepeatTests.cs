using System.Net;
using Gateway.Bus;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The publishing connection is cut while a message is on its way.</summary>
internal sealed class PublishRepeatTests
{
    /// <summary>A publish is repeated twice within 100 ms: on a busy machine the next connection may take longer.</summary>
    private const int BusyMachine = 3;

    private static readonly Target Room = Target.Room("a");

    private RedisServer _redis = null!;
    private TcpRelay _relay = null!;
    private BusUnderTest _bus = null!;
    private BusUnderTest _other = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _relay = new TcpRelay(IPAddress.Loopback, 0, _redis.Port);
        _bus = await (await BusUnderTest.OnRedisAsync(_redis, options => options.Port = _relay.Port, subscribes: false)).ConnectedAsync();
        _other = await (await BusUnderTest.OnRedisAsync(_redis)).ConnectedAsync();
        await _other.Subscriber.SubscribeAsync(Room);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _bus.DisposeAsync();
        await _other.DisposeAsync();
        _relay.Dispose();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_message_whose_reply_is_lost_arrives_once_with_or_without_an_id([Values] bool idempotent)
    {
        _relay.CutAt("lost-reply", forwards: true);
        var message = Messages.Of(Room, "\"lost-reply\"");
        var result = await _bus.Publisher.PublishAsync(message, idempotent, CancellationToken.None);

        // Both repetitions come within 100 ms; on a busy machine the next connection may take longer, and the caller repeats the call.
        if (idempotent && result.Status == PublishStatus.Unavailable)
            await TestTimeout.Until(async () => (result = await _bus.Publisher.PublishAsync(message, idempotent, CancellationToken.None)).Status != PublishStatus.Unavailable, "a reply");
        Assert.That(result.Status, Is.EqualTo(idempotent ? PublishStatus.Duplicate : PublishStatus.Unavailable), "with an id Redis says that it had it");
        await AssertArrivesAsync("\"lost-reply\"");
    }

    [Test]
    [Retry(BusyMachine)]
    public async Task A_message_with_an_id_that_was_cut_off_is_sent_again()
    {
        _relay.CutAt("cut-off", forwards: false);
        var result = await _bus.Publisher.PublishAsync(Messages.Of(Room, "\"cut-off\""), idempotent: true, CancellationToken.None);

        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted), result.Reason);
        await AssertArrivesAsync("\"cut-off\"");
    }

    /// <summary>The connection is back before the repetition is due: a message published then must not overtake it.</summary>
    [Test]
    [Retry(BusyMachine)]
    public async Task A_message_published_while_another_is_repeated_arrives_behind_it()
    {
        var connections = _relay.Connections;
        _relay.CutAt("first", forwards: false);
        var first = _bus.Publisher.PublishAsync(Messages.Of(Room, "\"first\""), idempotent: true, CancellationToken.None);
        await TestTimeout.Until(() => _relay.Connections > connections && _bus.Health.Connected, "the next connection");

        var second = await _bus.Publisher.SendAsync(Room, "\"second\"");

        Assert.That(((await first).Status, second.Status), Is.EqualTo((PublishStatus.Accepted, PublishStatus.Accepted)));
        await AssertArrivesAsync("\"first\"", "\"second\"");
    }

    private async Task AssertArrivesAsync(params string[] contents)
    {
        // Published by itself, so it is behind everything that was sent.
        await TestTimeout.Until(async () => (await _bus.Publisher.SendAsync(Room, "\"end\"")).Status == PublishStatus.Accepted, "the marker to be published");
        await TestTimeout.Until(() => _other.Received.For(Room) is [.., "\"end\""], "the marker");
        Assert.That(_other.Received.For(Room), Is.EqualTo(contents.Append("\"end\"")));
    }
}
