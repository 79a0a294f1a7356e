using Gateway.Bus;
using Gateway.Contracts;
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
    public async Task A_publisher_without_permission_gets_the_reason_and_its_id_is_not_consumed()
    {
        await using var bus = await Start();
        await _redis.CommandAsync("ACL", "SETUSER", "default", "resetchannels", "&gateway:all");

        var plain = await bus.Publisher.SendAsync(Target.Room("a"), "1");
        var idempotent = await Publish(bus, "id-1");

        Assert.That(plain.Reason, Does.StartWith("Redis refused: NOPERM"));
        Assert.That(idempotent.Reason, Does.StartWith("Redis refused: ").And.Contain("can't publish"));
        Assert.That(bus.Health.Connected, Is.True, "the connection is not at fault");
        await _redis.CommandAsync("ACL", "SETUSER", "default", "allchannels");
        Assert.That((await Publish(bus, "id-1")).Status, Is.EqualTo(PublishStatus.Accepted));
    }

    [Test]
    public async Task A_full_server_is_the_reason_of_a_failed_publish()
    {
        await using var bus = await Start();
        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.That((await Publish(bus, "id-1")).Reason, Does.StartWith("Redis refused: OOM"));
        var state = await Assert.ThrowsAsync<BusUnavailableException>(() => bus.State.SetAsync("k", "v", null, CancellationToken.None));
        Assert.That(state.Message, Does.StartWith("Redis refused: OOM"));
        Assert.That((await bus.Publisher.SendAsync(Target.All, "1")).Status, Is.EqualTo(PublishStatus.Accepted), "plain messages need no memory");
    }

    [Test]
    public async Task A_read_only_server_is_the_reason_of_a_failed_publish()
    {
        await using var bus = await Start();
        await _redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.That((await Publish(bus, "id-1")).Reason, Does.StartWith("Redis refused: READONLY"));
    }

    [Test]
    public async Task Publishing_works_after_the_script_cache_was_flushed()
    {
        await using var bus = await Start();
        Assert.That((await Publish(bus, "id-1")).Status, Is.EqualTo(PublishStatus.Accepted));
        await _redis.CommandAsync("SCRIPT", "FLUSH");
        Assert.That((await Publish(bus, "id-2")).Status, Is.EqualTo(PublishStatus.Accepted));
    }

    private static ValueTask<PublishResult> Publish(BusUnderTest bus, string id) =>
        bus.Publisher.PublishAsync(Messages.Of(Target.Room("a"), "1", id), idempotent: true, CancellationToken.None);

    private async Task<BusUnderTest> Start() => await (await BusUnderTest.OnRedisAsync(_redis)).ConnectedAsync();
}
