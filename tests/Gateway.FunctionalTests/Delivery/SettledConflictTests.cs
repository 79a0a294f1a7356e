using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Handshake;
using Gateway.Hosting.Identity;
using Gateway.Publishing;
using Gateway.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Delivery;

/// <summary>Where the five former systems disagreed, one rule holds: each has its test.</summary>
internal sealed class SettledConflictTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public void The_defaults_of_all_limits_are_these()
    {
        var limits = Settings<LimitOptions>(_gateway);
        var connection = Settings<ConnectionOptions>(_gateway);
        Assert.Multiple(() =>
        {
            Assert.That((limits.MaxConnections, limits.MaxConnectionsPerUser, limits.MaxConnectionsPerAddress, limits.HandshakesPerSecond), Is.EqualTo((0, 0, 0, 0)));
            Assert.That(Settings<RoomOptions>(_gateway).MaxPerConnection, Is.EqualTo(100));
            Assert.That(connection.MaxMessageBytes, Is.EqualTo(64 * 1024));
            Assert.That((connection.MessagesPerSecond, connection.MessageBurst), Is.EqualTo((50, 100)));
            Assert.That(connection.MaxErrorsPerMinute, Is.EqualTo(60));
            Assert.That((connection.QueueBytes, connection.QueueFrames), Is.EqualTo((1024 * 1024, 4096)));
            Assert.That(Settings<HeartbeatOptions>(_gateway).Interval, Is.EqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(Settings<AuthOptions>(_gateway).Leeway, Is.EqualTo(TimeSpan.FromSeconds(30)));
        });
    }

    [TestCase("30", 30_000)]
    [TestCase("999", 999_000)]
    [TestCase("1000", 1_000)]
    [TestCase("30000", 30_000)]
    public async Task WS_HEARTBEAT_INTERVAL_is_seconds_below_1000_and_milliseconds_from_there(string value, int milliseconds)
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--WS_HEARTBEAT_INTERVAL=" + value);

        Assert.That(Settings<HeartbeatOptions>(gateway).Interval.TotalMilliseconds, Is.EqualTo(milliseconds));
    }

    [TestCase("""{"user_id":"a","userId":"b","sub":"c","uuid":"d","id":"e"}""", "a")]
    [TestCase("""{"userId":"b","sub":"c","uuid":"d","id":"e"}""", "b")]
    [TestCase("""{"sub":"c","uuid":"d","id":"e"}""", "c")]
    [TestCase("""{"uuid":"d","id":"e"}""", "d")]
    [TestCase("""{"id":"e"}""", "e")]
    [TestCase("""{"user_id":42,"sub":"c"}""", "42")]
    [TestCase("""{"id":9007199254740993}""", "9007199254740993")]
    [TestCase("""{"user_id":null,"sub":"c"}""", "c")]
    public async Task The_user_id_is_the_first_claim_of_a_fixed_order(string claims, string id)
    {
        var token = Tokens.Hs256(claims[..^1] + ",\"exp\":4102444800}");
        await using var client = await Client.OpenAsync(_gateway, $"/ws?rooms=lobby&token={token}");

        await client.SendAsync("""{"type":"room_message","room":"lobby","content":"who am I?"}""");

        var got = await client.NextAsync("room_message");
        Assert.That(got.GetProperty("from").GetString(), Is.EqualTo(id));
        Assert.That(got.GetProperty("from_name").GetString(), Is.EqualTo(id), "no name: the id");
    }

    [TestCase("""{"user_id":"a","username":"Ann","name":"Ann A."}""", "Ann")]
    [TestCase("""{"user_id":"a","name":"Ann A."}""", "Ann A.")]
    public async Task The_name_is_username_then_name(string claims, string name)
    {
        var token = Tokens.Hs256(claims[..^1] + ",\"exp\":4102444800}");
        await using var client = await Client.OpenAsync(_gateway, $"/ws?rooms=lobby&token={token}");

        await client.SendAsync("""{"type":"room_message","room":"lobby","content":"who am I?"}""");

        Assert.That((await client.NextAsync("room_message")).GetProperty("from_name").GetString(), Is.EqualTo(name));
    }

    [TestCase("user:bob")]
    [TestCase("task:of-bob")]
    public async Task Another_users_own_rooms_are_never_joinable_by_name_whatever_the_policy(string room)
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            redis: null, "--Rooms:Policies:0:Pattern=*", "--Rooms:Policies:0:Join=Open", "--Rooms:Policies:0:Publish=Open", "--Tasks:UnknownOwner=Refuse");
        await using var eve = await Client.ConnectAsync(gateway, "eve", "rooms=" + room);
        (await eve.NextAsync()).MustBeError(403);

        (await eve.AskAsync($$"""{"type":"join_room","room":"{{room}}"}""")).MustBeError(403);

        var publisher = gateway.Publisher;
        await publisher.PublishAsync(Target.User("bob"), new OutgoingMessage { Type = "secret" });
        await publisher.PublishAsync(Target.Task("of-bob"), new OutgoingMessage { Type = "secret" });
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task A_client_in_several_targets_of_a_message_gets_one_copy()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice", "rooms=a,b,c");
        await client.UntilMarkerAsync();
        var publisher = _gateway.Publisher;
        Target[] targets = [Target.Room("a"), Target.Room("b"), Target.Room("c"), Target.User("alice"), Target.All];

        for (var i = 0; i < 10; i++) await publisher.PublishAsync(targets, OutgoingMessage.Of("once", new { text = $"{i}" }));

        var received = (await client.UntilMarkerAsync()).ToLookup(m => m.Type());
        Assert.That(received["once"].Select(m => m.Text()), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i}")));
        Assert.That(received["position"].Count(), Is.EqualTo(40), "the places in the four other targets");
    }

    [Test]
    public async Task Extras_stand_in_data_beside_the_content()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        await _gateway.Publisher
            .BroadcastAsync(new OutgoingMessage { Type = "both", Content = """{"c":1}"""u8.ToArray(), Data = """{"d":2}"""u8.ToArray() });

        var got = await client.NextAsync("both");
        Assert.That((got.GetProperty("content").GetRawText(), got.GetProperty("data").GetRawText()), Is.EqualTo(("""{"c":1}""", """{"d":2}""")));
    }

    private static T Settings<T>(ServiceHost service)
        where T : class => service.Services.GetRequiredService<IOptions<T>>().Value;
}
