using Gateway.FunctionalTests.Recovery;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Inbox;

/// <summary>What services of any language write to the stream <c>gateway:inbox</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class InboxTests
{
    private readonly List<ServiceHost> _gateways = [];
    private RedisServer _redis = null!;

    [SetUp]
    public async Task Start() => _redis = await RedisServer.StartAsync();

    [TearDown]
    public async Task Stop()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task Entries_of_two_pods_reach_every_member_once_and_in_order()
    {
        var (first, second) = (await GatewayAsync(), await GatewayAsync());
        await using var ann = await Client.ConnectAsync(first, "ann", "rooms=r");
        await using var bob = await Client.ConnectAsync(second, "bob", "rooms=r");
        for (var i = 1; i <= 500; i++) await AddAsync("room:r", i);
        foreach (var client in new[] { ann, bob })
        {
            var received = await client.NextAsync(500);
            Assert.That(received.Numbers(), Is.EqualTo(Enumerable.Range(1, 500)));
            Assert.That(received.Select(m => m.GetProperty("offset").GetInt64()), Is.Ordered);
        }

        await UntilEmptyAsync();
        Assert.That(await _redis.CommandAsync("EXISTS", "gateway:inbox:dead"), Is.EqualTo("0"));
    }

    [Test]
    public async Task What_was_written_while_no_pod_was_up_is_delivered_to_who_resumes()
    {
        var first = await GatewayAsync();
        string cursor;
        await using (var ann = await Client.ConnectAsync(first, "ann", "rooms=r")) cursor = ann.Welcome.Cursor();
        _gateways.Remove(first);
        await first.DisposeAsync();
        for (var i = 1; i <= 10; i++) await AddAsync("room:r", i);

        var second = await GatewayAsync();
        await UntilEmptyAsync();
        await using var again = await Client.ConnectAsync(second, "ann", $"cursor={Uri.EscapeDataString(cursor)}");
        Assert.That((await again.NextAsync(10)).Numbers(), Is.EqualTo(Enumerable.Range(1, 10)));
    }

    [Test]
    public async Task Invalid_entries_go_to_the_dead_ones_with_the_reason_and_the_rest_is_served()
    {
        var gateway = await GatewayAsync();
        await using var ann = await Client.ConnectAsync(gateway, "ann", "rooms=r");
        string[][] invalid =
        [
            ["message", """{"type":"t"}"""],
            ["target", "r", "message", """{"type":"t"}"""],
            ["target", "room:r"],
            ["target", "room:r", "message", "no JSON"],
            ["target", "room:r", "message", """{"type":"welcome"}"""],
            ["target", "room:r", "message", """{"type":"t"}""", "id", "no id"],
            ["target", "room:r", "message", $$"""{"type":"t","content":"{{new string('x', 300_000)}}"}"""],
        ];
        foreach (var fields in invalid) await _redis.CommandAsync(["XADD", "gateway:inbox", "*", .. fields]);
        await AddAsync("room:r", 1);
        Assert.That((await ann.NextAsync(1)).Numbers(), Is.EqualTo(new[] { 1 }));
        await UntilEmptyAsync();
        Assert.That(await _redis.CommandAsync("XLEN", "gateway:inbox:dead"), Is.EqualTo($"{invalid.Length}"));
        var dead = await _redis.CommandAsync("XRANGE", "gateway:inbox:dead", "-", "+");
        Assert.That(dead, Does.Contain("\"target\" must be").And.Contain("\"message\" is missing").And.Contain("\"id\" must be").And.Contain("at most 262144 bytes"));
    }

    [Test]
    public async Task An_entry_that_was_published_but_not_deleted_is_not_delivered_again()
    {
        var gateway = await GatewayAsync();
        await using var ann = await Client.ConnectAsync(gateway, "ann", "rooms=r,none");
        // The same entry ids again, as a pod finds them that takes over from one that ended before it could delete them.
        foreach (var attempt in new[] { 1, 2 })
        {
            _ = attempt;
            await _redis.CommandAsync("DEL", "gateway:inbox");
            await _redis.CommandAsync("XADD", "gateway:inbox", "1-1", "target", "room:r", "message", """{"type":"t","content":{"n":1}}""");
            await _redis.CommandAsync("XADD", "gateway:inbox", "1-2", "target", "room:none", "message", """{"type":"t","content":{"n":2}}""", "id", "own");
            await UntilEmptyAsync();
        }

        await AddAsync("room:r", 3);
        await AddAsync("room:none", 3);
        Assert.That((await ann.NextAsync(4)).Numbers(), Is.EquivalentTo(new[] { 1, 2, 3, 3 }));
    }

    [Test]
    public async Task Another_pod_takes_over_from_one_that_does_not_release_its_lease()
    {
        await _redis.CommandAsync("SET", "gateway:inbox:lease", "a-pod-that-was-killed", "PX", "2000");
        var gateway = await GatewayAsync();
        await using var ann = await Client.ConnectAsync(gateway, "ann", "rooms=r");
        await AddAsync("room:r", 1);
        Assert.That((await ann.NextAsync(1)).Numbers(), Is.EqualTo(new[] { 1 }));
    }

    private Task<string> AddAsync(string target, int number) =>
        _redis.CommandAsync("XADD", "gateway:inbox", "*", "target", target, "message", $$$"""{"type":"t","content":{"n":{{{number}}}}}""");

    private Task UntilEmptyAsync() => TestTimeout.Until(async () => await _redis.CommandAsync("XLEN", "gateway:inbox") == "0", "the inbox to be empty");

    private async Task<ServiceHost> GatewayAsync()
    {
        var gateway = await ServiceHost.GatewayAsync(_redis, "--History:Policies:0:Pattern=none", "--History:Policies:0:Size=0");
        _gateways.Add(gateway);
        await TestTimeout.Until(() => Pods.IsConnected(gateway), "the gateway to reach Redis");
        return gateway;
    }
}
