using System.Text;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Messages that any program publishes, and who receives them.</summary>
internal sealed class RedisChannelTests
{
    private const string Pod = "pod-1";

    private RedisServer _redis = null!;
    private BusUnderTest _bus = null!;

    [OneTimeSetUp]
    public async Task StartRedisAsync() => _redis = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopRedisAsync() => await _redis.DisposeAsync();

    [SetUp]
    public async Task StartAsync() => _bus = await (await BusUnderTest.OnRedisAsync(_redis, options =>
    {
        options.ClientName = Pod;
        options.Contracts = ["websocket", "notifications"];
    })).ConnectedAsync();

    [TearDown]
    public async Task StopAsync()
    {
        await _bus.DisposeAsync();
        await TestTimeout.Until(async () => (await _redis.ClientsAsync(Pod)).Count == 0, "the connection to be closed");
    }

    [TestCase("websocket:user:tenant:7", "user:tenant:7", """{"message":{"type":"user_message","content":{"text":"1"}}}""", "user_message")]
    [TestCase("websocket:user:tenant:7", "user:tenant:7", """{"type":"user_message","content":{"text":"1"}}""", "user_message")]
    [TestCase("websocket:room:chat:1", "room:chat:1", """{"message":{"type":"chat","content":{"text":"1"},"timestamp":1700000000}}""", "chat")]
    [TestCase("websocket:notification:tenant:7", "user:tenant:7", """{"message":{"content":{"text":"1"}}}""", "notification")]
    [TestCase("websocket:notification:tenant:7", "user:tenant:7", """{"type":"data_update","content":{"text":"1"}}""", "data_update")]
    [TestCase("websocket:broadcast", "all", """{"message":{"type":"system","content":{"text":"1"}}}""", "system")]
    public async Task C11_Its_channels_bring_the_envelope_bare_or_wrapped(string channel, string target, string payload, string type)
    {
        Assert.That(Target.TryParse(target, out var wanted));
        await _bus.Subscriber.SubscribeAsync(wanted);

        Assert.That(await _redis.PublishAsync(channel, payload), Is.EqualTo(1));

        await _bus.Received.Until(1);
        var message = _bus.Received.All.Single();
        Assert.That((message.Target, message.Type, KeepingReceiver.Content(message)), Is.EqualTo((wanted, type, """{"text":"1"}""")));
    }

    [Test]
    public async Task B10_A_flat_notification_reaches_its_user_whole()
    {
        const string Flat = """{"id":"n-1","title":"T","content":"C","type":"deploy","link":"/x","source":"ci","status":"unread"}""";
        await _bus.Subscriber.SubscribeAsync(Target.User("ann"));

        await _redis.PublishAsync("notifications:ann", Flat);

        await _bus.Received.Until(1);
        var message = _bus.Received.All.Single();
        Assert.That((message.Id, message.Type, message.Target), Is.EqualTo(("n-1", "notification", Target.User("ann"))));
        Assert.That(KeepingReceiver.Content(message), Is.EqualTo(Flat.Replace("{", "{\"body\":\"C\",")), "its text is the body too");
    }

    [Test]
    public async Task B10_An_exact_channel_is_not_the_channel_of_a_user_of_that_name()
    {
        await _bus.Subscriber.SubscribeAsync(Target.User("assignment"));
        await _bus.Subscriber.SubscribeAsync(Target.User("ann"));

        await _redis.PublishAsync("notifications:assignment", """{"user_id":"ann","title":"T"}""");
        await _redis.PublishAsync("notifications:assignment", """{"user_id":"nobody-here","title":"T"}""");
        await _redis.PublishAsync("notifications:assignment", """{"title":"no user"}""");
        await _redis.PublishAsync("gateway:all", """{"type":"system"}""");

        await _bus.Received.Until(2);
        Assert.That(_bus.Received.All.Select(m => m.Target), Is.EqualTo([Target.User("ann"), Target.All]));
        await _bus.Subscriber.UnsubscribeAsync(Target.User("assignment"));
        Assert.That(await _redis.PublishAsync("notifications:assignment", """{"user_id":"ann","title":"T"}"""), Is.EqualTo(1), "still subscribed");
    }

    [Test]
    public async Task Any_language_publishes_with_type_and_content_alone()
    {
        await _bus.Subscriber.SubscribeAsync(Target.Task("42"));
        await _bus.Subscriber.SubscribeAsync(Target.User("auth0|5f"));

        await _redis.PublishAsync("gateway:task:42", """{"type":"progress","content":1}""");
        await _redis.PublishAsync("gateway:user:auth0%7C5f", """{"type":"chat","content":2}""");

        await _bus.Received.Until(2);
        Assert.That(_bus.Received.All.Select(m => m.Target), Is.EqualTo([Target.Task("42"), Target.User("auth0|5f")]));
    }

    [Test]
    public async Task Invalid_payloads_are_logged_without_their_content_and_ignored()
    {
        await _redis.PublishAsync("gateway:all", "canary, not JSON");
        await _redis.PublishAsync("gateway:all", new string('c', 3_000_000));
        await _redis.PublishAsync("gateway:all", """{"type":"welcome","content":"canary"}""");
        await _redis.PublishAsync("gateway:all", """{"type":"system","content":"next"}""");

        await _bus.Received.Until(1);
        Assert.That(_bus.Received.For(Target.All), Is.EqualTo(["\"next\""]));
        Assert.That(_bus.Logs.All.Where(line => line.StartsWith("Warning 2010", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1).And.None.Contains("canary"));
    }

    [Test]
    public async Task Text_that_no_receiver_could_decode_is_ignored_with_a_log_line()
    {
        await _bus.Subscriber.SubscribeAsync(Target.User("ann"));
        foreach (var channel in new[] { "notifications:ann", "websocket:user:ann", "websocket:notification:ann", "gateway:user:ann", "notifications:assignment" })
        {
            await _redis.CommandAsync(["PUBLISH"u8.ToArray(), Encoding.ASCII.GetBytes(channel), [.. """{"type":"chat","user_id":"ann","title":"canary"""u8, 0xFF, .. "\"}"u8]]);
            await _redis.PublishAsync(channel, """{"type":"chat","user_id":"ann","title":"canary\ud800"}""");
        }

        await _redis.PublishAsync("gateway:user:ann", """{"type":"chat","content":"next"}""");

        await _bus.Received.Until(1);
        Assert.That(_bus.Received.For(Target.User("ann")), Is.EqualTo(["\"next\""]));
        Assert.That(_bus.Logs.All.Where(line => line.StartsWith("Warning 2010", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1).And.None.Contains("canary"));
    }

    [Test]
    public async Task Hostile_names_are_literal_and_exact()
    {
        string[] hostile = ["*", "[a-z]", "?", "u*", "a\\*b", "{x}", "%2A", "$(id)", "é*", "\"'", "u:*:x", "^u", "u?", "[!u]*", "__keyspace@0__:*"];
        foreach (var id in hostile) await _bus.Subscriber.SubscribeAsync(Target.User(id));

        Assert.That(await _redis.CommandAsync("PUBSUB", "NUMPAT"), Is.EqualTo("0"));
        foreach (var prefix in new[] { "gateway:user:", "websocket:user:", "notifications:" })
            Assert.That(await _redis.PublishAsync(prefix + "ux", """{"type":"chat"}"""), Is.Zero);
        Assert.That((await _redis.ClientsAsync(Pod)).Single()["sub"], Is.EqualTo($"{3 + (4 * hostile.Length)}"));

        foreach (var id in hostile) await _redis.PublishAsync("gateway:user:" + Names.Encode(id), """{"type":"chat"}""");
        await _bus.Received.Until(hostile.Length);
        Assert.That(_bus.Received.All.Select(m => m.Target.Name), Is.EqualTo(hostile));
    }
}
