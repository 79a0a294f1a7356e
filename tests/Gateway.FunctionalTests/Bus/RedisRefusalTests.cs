using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Redis refuses: publishers and operators get its reason.</summary>
internal sealed class RedisRefusalTests
{
    private const string Password = "canary-7f3a";

    private RedisServer _redis = null!;

    [SetUp]
    public async Task StartAsync() => _redis = await RedisServer.StartAsync(Password);

    [TearDown]
    public async Task StopAsync() => await _redis.DisposeAsync();

    [TestCase("wrong-canary")]
    [TestCase(null)]
    public async Task A_wrong_password_is_named_and_never_shown(string? password)
    {
        await using var bus = await BusUnderTest.OnRedisAsync(_redis, options => options.Password = password);

        await TestTimeout.Until(() => bus.Health.Reason?.Contains(password is null ? "NOAUTH" : "WRONGPASS", StringComparison.Ordinal) is true, "the server's words");

        var result = await bus.Publisher.SendAsync(Target.All, "1");
        Assert.That(result.Status, Is.EqualTo(PublishStatus.Unavailable));
        Assert.That(result.Reason, Does.StartWith("Redis is down: "));
        Assert.That(bus.Logs.All.Append(result.Reason).Append(bus.Health.Reason), Has.None.Contains("canary"));
    }

    [Test]
    public async Task A_publisher_without_permission_gets_the_reason_and_neither_its_id_nor_a_number_is_consumed([Values] bool history)
    {
        await using var bus = await Start(history);
        await _redis.CommandAsync("ACL", "SETUSER", "default", "resetchannels", "&gateway:all");

        var plain = await bus.Publisher.SendAsync(Target.Room("a"), "1");
        var idempotent = await Publish(bus, "id-1");

        Assert.That(plain.Reason, Does.StartWith(history ? "Redis refused: " : "Redis refused: NOPERM"));
        Assert.That(idempotent.Reason, Does.StartWith("Redis refused: ").And.Contain("can't publish"));
        Assert.That(bus.Health.Connected, Is.True, "the connection is not at fault");
        await _redis.CommandAsync("ACL", "SETUSER", "default", "allchannels");
        var allowed = await Publish(bus, "id-1");
        Assert.That((allowed.Status, allowed.Offset), Is.EqualTo((PublishStatus.Accepted, history ? 1 : 0)));
    }

    [Test]
    public async Task A_full_server_is_the_reason_of_a_failed_publish_and_nothing_is_published()
    {
        var full = Target.Room("b");
        await using var bus = await Start(history: true);
        await bus.Subscriber.SubscribeAsync(Target.Room("a"));
        await bus.Subscriber.SubscribeAsync(full);
        await bus.Publisher.SendAsync(full, "1");
        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.That((await Publish(bus, "id-1")).Reason, Does.StartWith("Redis refused: OOM"));
        Assert.That((await bus.Publisher.SendAsync(Target.Room("a"), "2")).Reason, Does.StartWith("Redis refused: OOM"));
        Assert.That((await bus.Publisher.SendAsync(full, "2")).Reason, Does.StartWith("Redis refused: OOM"));
        var state = await Assert.ThrowsAsync<BusUnavailableException>(() => bus.State.SetAsync("k", "v", null, CancellationToken.None));
        Assert.That(state.Message, Does.StartWith("Redis refused: OOM"));

        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await bus.Publisher.SendAsync(full, "3");
        await TestTimeout.Until(() => bus.Received.For(full).Contains("3"), "the marker");
        Assert.That(bus.Received.All.Select(m => (m.Target, m.Position!.Value.Offset)), Is.EqualTo([(full, 1L), (full, 2L)]));
    }

    [Test]
    public async Task A_message_without_history_or_id_needs_no_memory()
    {
        await using var bus = await Start(history: false);
        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.That((await Publish(bus, "id-1")).Reason, Does.StartWith("Redis refused: OOM"));
        Assert.That((await bus.Publisher.SendAsync(Target.All, "1")).Status, Is.EqualTo(PublishStatus.Accepted));
    }

    [Test]
    public async Task A_read_only_server_is_the_reason_of_a_failed_publish()
    {
        await using var bus = await Start();
        await _redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.That((await Publish(bus, "id-1")).Reason, Does.StartWith("Redis refused: READONLY"));
    }

    private static ValueTask<PublishResult> Publish(BusUnderTest bus, string id) =>
        bus.Publisher.PublishAsync(Messages.Of(Target.Room("a"), "1", id), idempotent: true, CancellationToken.None);

    private async Task<BusUnderTest> Start(bool history = true) =>
        await (await BusUnderTest.OnRedisAsync(_redis, services: services => services.Configure<HistoryOptions>(options => options.Enabled = history))).ConnectedAsync();
}
