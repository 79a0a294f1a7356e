using Gateway.Bus;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The numbers of messages over restarts of the server and over a lost script cache.</summary>
internal sealed class RedisRestartTests
{
    private static readonly Target Room = Target.Room("a");
    private static readonly string[] Always = ["--appendonly", "yes", "--appendfsync", "always"];
    private static readonly string[] EverySecond = ["--appendonly", "yes", "--appendfsync", "everysec"];

    [Test]
    public async Task A_server_that_keeps_every_write_goes_on_in_its_epoch_after_a_kill()
    {
        await using var redis = await RedisServer.StartAsync(null, Always);
        await using var bus = await StartAsync(redis);
        var before = await SendAsync(bus, 5);

        await RestartAsync(redis, bus);

        var after = await SendAsync(bus, 2);
        Assert.That(after.Select(place => place.Epoch), Is.All.EqualTo(before[0].Epoch));
        Assert.That(after.Select(place => place.Offset), Is.EqualTo([6, 7]));
        Assert.That(await KeptAsync(bus), Is.EqualTo(Enumerable.Range(1, 7)));
    }

    [TestCase("everysec")]
    [TestCase("everysec", false)]
    [TestCase("always", false)]
    [TestCase("none")]
    public async Task A_server_that_may_lose_writes_begins_a_new_epoch_after_a_kill_and_the_old_log_is_gone(string aof, bool? durable = null)
    {
        await using var redis = await RedisServer.StartAsync(null, aof switch { "always" => Always, "everysec" => EverySecond, _ => [] });
        await using var bus = await StartAsync(redis, durable);
        var before = await SendAsync(bus, 5);

        await RestartAsync(redis, bus);

        Assert.That(await redis.CommandAsync("EXISTS", "gateway:seq:{gateway:room:a}"), Is.EqualTo(aof == "none" ? "0" : "1"), "the old counter is there");
        var place = (await bus.History.GetPositionsAsync([Room], CancellationToken.None)).Single();
        Assert.That(place.Offset, Is.EqualTo(0));
        Assert.That(await KeptAsync(bus), Is.Empty);
        var after = await SendAsync(bus, 2);
        Assert.That(after, Is.EqualTo([place with { Offset = 1 }, place with { Offset = 2 }]));
        Assert.That(place.Epoch, Is.Not.EqualTo(before[0].Epoch));
    }

    [Test]
    public async Task A_setting_takes_the_place_of_what_the_server_says_about_its_writes()
    {
        await using var redis = await RedisServer.StartAsync(null, EverySecond);
        await using var bus = await StartAsync(redis, durable: true);
        var before = await SendAsync(bus, 1);

        await RestartAsync(redis, bus);

        Assert.That(await SendAsync(bus, 1), Is.EqualTo([before[0] with { Offset = 2 }]));
    }

    [Test]
    public async Task Where_the_run_id_is_not_told_a_restart_begins_one_new_epoch_and_publishers_join_it([Values] bool renamed)
    {
        await using var redis = await RedisServer.StartAsync(null, renamed ? [.. EverySecond, "--rename-command", "INFO", ""] : EverySecond);
        if (!renamed) await redis.CommandAsync("ACL", "SETUSER", "default", "-info");
        await using var first = await StartAsync(redis);
        var before = await SendAsync(first, 2);
        await using var second = await StartAsync(redis);
        var joined = await SendAsync(second, 2);
        Assert.That(joined.Concat(await SendAsync(first, 1)), Is.EqualTo(Enumerable.Range(3, 3).Select(i => before[0] with { Offset = i })));

        await redis.KillAsync();
        await redis.StartAsync();
        if (!renamed) await redis.CommandAsync("ACL", "SETUSER", "default", "-info");
        await UsableAsync(first);
        await UsableAsync(second);

        var after = await SendAsync(first, 1);
        Assert.That(after[0].Epoch, Is.Not.EqualTo(before[0].Epoch));
        var others = await SendAsync(second, 1);
        Assert.That(others[0], Is.EqualTo(after[0] with { Offset = after[0].Offset + 1 }));
    }

    [Test]
    public async Task A_thousand_calls_in_flight_keep_their_order_when_the_script_cache_is_flushed_and_none_is_lost_or_doubled()
    {
        const int Calls = 1000;
        await using var redis = await RedisServer.StartAsync();
        await using var bus = await StartAsync(redis);
        await bus.Subscriber.SubscribeAsync(Room);
        var places = new List<Position>();

        // Until the cache was flushed between two of the calls, at least once.
        for (var round = 1; round <= 50; round++)
        {
            await redis.CommandAsync("CONFIG", "RESETSTAT");
            var calls = Enumerable.Range(0, Calls).Select(i => bus.Publisher.SendAsync(Room, $"{((round - 1) * Calls) + i}").AsTask()).ToList();
            await redis.CommandAsync("SCRIPT", "FLUSH");
            var results = await Task.WhenAll(calls);
            Assert.That(results.Where(r => r.Status != PublishStatus.Accepted).Select(r => r.Reason), Is.Empty);
            places.AddRange(results.Select(r => new Position(r.Epoch!, r.Offset)));
            if (Stat(await redis.CommandAsync("INFO", "commandstats"), "evalsha") is > 0 and < Calls && round >= 5) break;
        }

        Assert.That(places, Is.EqualTo(Enumerable.Range(1, places.Count).Select(i => places[0] with { Offset = i })));
        await bus.Received.Until(places.Count);
        Assert.That(bus.Received.For(Room), Is.EqualTo(Enumerable.Range(0, places.Count).Select(i => $"{i}")));
        Assert.That(bus.Received.All.Select(m => m.Position!.Value), Is.EqualTo(places));
    }

    [TestCase("0123456789abcdef", null, false)]
    [TestCase("0123456789abcdef", true, false, Description = "written while the server did not keep every write")]
    [TestCase("0123456789abcdef+", null, false, Description = "the server does not keep every write now")]
    [TestCase("0123456789abcdef+", true, true)]
    [TestCase("n1", null, false, Description = "the server did not tell its run id")]
    [TestCase("", true, false)]
    public async Task A_counter_of_another_life_of_the_server_goes_on_only_if_no_write_was_lost(string run, bool? durable, bool goesOn)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("HSET", "gateway:seq:{gateway:room:a}", "epoch", "old", "n", "7", "run", run);
        await redis.CommandAsync("XADD", "gateway:log:{gateway:room:a}", "7-0", "i", "x", "m", "{}");
        await using var bus = await StartAsync(redis, durable);

        var place = (await SendAsync(bus, 1)).Single();

        Assert.That((place.Epoch == "old", place.Offset), Is.EqualTo((goesOn, goesOn ? 8 : 1)));
        Assert.That(await redis.CommandAsync("XLEN", "gateway:log:{gateway:room:a}"), Is.EqualTo(goesOn ? "2" : "1"));
    }

    private static async Task<BusUnderTest> StartAsync(RedisServer redis, bool? durable = null) =>
        await (await BusUnderTest.OnRedisAsync(redis, options => options.Durable = durable)).ConnectedAsync();

    private static async Task RestartAsync(RedisServer redis, BusUnderTest bus)
    {
        await redis.KillAsync();
        await redis.StartAsync();
        await UsableAsync(bus);
    }

    /// <summary>Connected again; the circuit that failed calls may have opened has closed.</summary>
    private static async Task UsableAsync(BusUnderTest bus)
    {
        await bus.ConnectedAsync();
        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Target.Room("other"), "1")).Status == PublishStatus.Accepted, "a publish to be accepted");
    }

    private static async Task<List<Position>> SendAsync(BusUnderTest bus, int count)
    {
        var places = new List<Position>();
        for (var i = 0; i < count; i++)
        {
            var result = await bus.Publisher.SendAsync(Room, "1");
            Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted), result.Reason);
            places.Add(new Position(result.Epoch!, result.Offset));
        }

        return places;
    }

    private static async Task<IEnumerable<long>> KeptAsync(BusUnderTest bus) =>
        (await bus.History.ReadAsync(Room, new(0, 0, 100), CancellationToken.None)).Messages.Select(m => m.Position!.Value.Offset);

    /// <summary>How many calls of a command failed.</summary>
    private static int Stat(string stats, string command)
    {
        var line = stats.Split('\n').FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line[(line.IndexOf("failed_calls=", StringComparison.Ordinal) + "failed_calls=".Length)..].Trim());
    }
}
