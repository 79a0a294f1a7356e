using System.Net;
using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The publishing connection is cut while a message is on its way.</summary>
internal sealed class PublishRepeatTests
{
    /// <summary>A publish is repeated twice within 100 ms: on a busy machine the next connection may take longer.</summary>
    private const int BusyMachine = 3;

    private static readonly Target Room = Target.Room("a");
    private static readonly Target NoHistory = Target.Room("off");

    private RedisServer _redis = null!;
    private TcpRelay _relay = null!;
    private BusUnderTest _bus = null!;
    private BusUnderTest _other = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _relay = new TcpRelay(IPAddress.Loopback, 0, _redis.Port);
        _bus = await (await BusUnderTest.OnRedisAsync(_redis, options => options.Port = _relay.Port, Configure, subscribes: false)).ConnectedAsync();
        _other = await (await BusUnderTest.OnRedisAsync(_redis)).ConnectedAsync();
        await _other.Subscriber.SubscribeAsync(Room);
        await _other.Subscriber.SubscribeAsync(NoHistory);
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
        var message = Messages.Of(NoHistory, "\"lost-reply\"");
        var result = await _bus.Publisher.PublishAsync(message, idempotent, CancellationToken.None);

        // Both repetitions come within 100 ms; on a busy machine the next connection may take longer, and the caller repeats the call.
        if (idempotent && result.Status == PublishStatus.Unavailable)
            await TestTimeout.Until(async () => (result = await _bus.Publisher.PublishAsync(message, idempotent, CancellationToken.None)).Status != PublishStatus.Unavailable, "a reply");
        Assert.That(result.Status, Is.EqualTo(idempotent ? PublishStatus.Duplicate : PublishStatus.Unavailable), "with an id Redis says that it had it");
        await AssertArrivesAsync(NoHistory, "\"lost-reply\"");
    }

    [Test]
    public async Task With_history_no_message_is_lost_or_doubled_when_its_reply_is_lost_or_it_is_cut_off()
    {
        const int Workers = 4;
        const int Rounds = 50;
        var statuses = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => CutAsync(Target.Room($"cut:{worker}"), Rounds))));

        var unknown = statuses.SelectMany(s => s).Count(status => status != PublishStatus.Accepted);
        TestContext.Out.WriteLine($"{Workers * Rounds} messages cut: {(Workers * Rounds) - unknown} acknowledged, {unknown} with an unknown outcome");
        Assert.That(unknown, Is.LessThan(Workers * Rounds / 4));
    }

    [Test]
    [Retry(BusyMachine)]
    public async Task A_message_with_an_id_that_was_cut_off_is_sent_again()
    {
        _relay.CutAt("cut-off", forwards: false);
        var result = await _bus.Publisher.PublishAsync(Messages.Of(Room, "\"cut-off\""), idempotent: true, CancellationToken.None);

        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted), result.Reason);
        await AssertArrivesAsync(Room, "\"cut-off\"");
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
        await AssertArrivesAsync(Room, "\"first\"", "\"second\"");
    }

    /// <summary>Cuts the connection at one message of each round; returns the outcomes of these messages.</summary>
    private async Task<List<PublishStatus>> CutAsync(Target room, int rounds)
    {
        using var relay = new TcpRelay(IPAddress.Loopback, 0, _redis.Port);
        await _other.Subscriber.SubscribeAsync(room);
        var cut = new List<PublishStatus>();
        for (var round = 0; round < rounds; round++)
        {
            // A publisher of its own, because after some failures the circuit of the old one is open.
            await using var bus = await (await BusUnderTest.OnRedisAsync(_redis, options => options.Port = relay.Port, Configure, subscribes: false)).ConnectedAsync();
            relay.CutAt($"cut-{round}-", forwards: round % 4 != 0);
            cut.Add((await bus.Publisher.SendAsync(room, $"\"cut-{round}-\"")).Status);
            await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(room, $"\"after-{round}\"")).Status == PublishStatus.Accepted, "the next message to be published");
        }

        Assert.That(relay.Cuts, Is.EqualTo(rounds));
        var last = $"\"after-{rounds - 1}\"";
        await TestTimeout.Until(() => _other.Received.For(room) is [.., var content] && content == last, "the last message");
        var received = _other.Received.For(room);
        Assert.That(received.Where(content => content.StartsWith("\"cut", StringComparison.Ordinal)), Is.Unique);
        for (var round = 0; round < rounds; round++)
        {
            var at = received.ToList().IndexOf($"\"cut-{round}-\"");
            if (cut[round] == PublishStatus.Accepted) Assert.That(at, Is.Not.Negative, $"the acknowledged message {round}");
            if (at >= 0) Assert.That(at, Is.LessThan(received.ToList().IndexOf($"\"after-{round}\"")));
        }

        Assert.That(_other.Received.All.Where(m => m.Target == room).Select(m => m.Position!.Value.Offset), Is.EqualTo(Enumerable.Range(1, received.Count)));
        return cut;
    }

    private async Task AssertArrivesAsync(Target target, params string[] contents)
    {
        // Published by itself, so it is behind everything that was sent.
        await TestTimeout.Until(async () => (await _bus.Publisher.SendAsync(target, "\"end\"")).Status == PublishStatus.Accepted, "the marker to be published");
        await TestTimeout.Until(() => _other.Received.For(target) is [.., "\"end\""], "the marker");
        Assert.That(_other.Received.For(target), Is.EqualTo(contents.Append("\"end\"")));
    }

    private static void Configure(IServiceCollection services) =>
        services.Configure<HistoryOptions>(options => options.Policies = [new() { Pattern = NoHistory.Name, Size = 0 }, new() { Pattern = "*", Size = 10_000 }]);
}
