using System.Net;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Recovery;

/// <summary>What a client receives that resumes where it has left off: over Redis, and in one process.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class ResumeTests(bool overRedis)
{
    private RedisServer? _redis;
    private ServiceHost _gateway = null!;
    private int _rooms;

    [OneTimeSetUp]
    public async Task Start()
    {
        if (overRedis) _redis = await RedisServer.StartAsync();
        _gateway = await ServiceHost.GatewayAsync(
            _redis,
            "--History:Policies:0:Pattern=small:*",
            "--History:Policies:0:Size=5",
            "--History:Policies:1:Pattern=none:*",
            "--History:Policies:1:Size=0",
            "--Rooms:Policies:0:Pattern=rewind:*",
            "--Rooms:Policies:0:Rewind=3",
            "--Tasks:UnknownOwner=First");
        await TestTimeout.Until(() => Pods.IsConnected(_gateway), "the gateway to reach Redis");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _gateway.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Test]
    public async Task The_welcome_and_the_ack_of_a_join_give_the_places_and_each_message_moves_them()
    {
        var room = NewRoom();
        await using var client = await Client.ConnectAsync(_gateway, "ann|1");
        Assert.That(Cursor.TryParse(client.Welcome.Cursor(), out var places, out _), Is.True);
        Assert.That(places.Select(place => place.Target), Is.EquivalentTo(new[] { Target.All, Target.User("ann|1") }));
        var joined = (await JoinAsync(client, room)).GetProperty("content").Place();
        await PublishAsync(Target.Room(room), 1, 3);
        for (var i = 1; i <= 3; i++) Assert.That((await client.NextAsync("t")).Place(), Is.EqualTo(joined with { Offset = joined.Offset + i }));
    }

    [Test]
    public async Task A_handshake_with_a_cursor_brings_what_was_missed_in_order_and_then_what_is_new()
    {
        var room = NewRoom();
        string cursor;
        await using (var first = await Client.ConnectAsync(_gateway, "ann", $"rooms={room}"))
        {
            cursor = first.Welcome.Cursor();
            Assert.That(await first.UntilPongAsync(), Is.Empty);
        }

        await PublishAsync(Target.Room(room), 1, 150);
        await PublishAsync(Target.User("ann"), 1, 20);
        await using var second = await Client.ConnectAsync(_gateway, "ann", $"cursor={Uri.EscapeDataString(cursor)}");
        await PublishAsync(Target.Room(room), 151, 160);
        var received = await second.NextAsync(180);
        Assert.That(received.Where(m => m.TryGetProperty("room", out _)).Numbers(), Is.EqualTo(Enumerable.Range(1, 160)));
        Assert.That(received.Where(m => m.TryGetProperty("to", out _)).Numbers(), Is.EqualTo(Enumerable.Range(1, 20)));
        Assert.That(await second.UntilPongAsync(), Is.Empty);
    }

    [Test]
    public async Task Join_room_with_a_cursor_acknowledges_the_clients_place_first()
    {
        var room = NewRoom();
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        var start = (await JoinAsync(client, room)).GetProperty("content").Place();
        (await client.AskAsync($$"""{"type":"leave_room","room":"{{room}}"}""")).MustBeAck();
        await PublishAsync(Target.Room(room), 1, 10);
        var ack = await client.AskAsync($$$"""{"type":"join_room","room":"{{{room}}}","cursor":{"epoch":"{{{start.Epoch}}}","offset":{{{start.Offset + 4}}} }}""");
        ack.MustBeAck();
        Assert.That((ack.GetProperty("content").Place(), ack.Content("recovered").GetBoolean()), Is.EqualTo((start with { Offset = start.Offset + 4 }, true)));
        Assert.That((await client.NextAsync(6)).Numbers(), Is.EqualTo(Enumerable.Range(5, 6)));
        (await client.AskAsync($$"""{"type":"join_room","room":"{{room}}","cursor":"{{start}}"}""")).MustBeError(409);
    }

    [Test]
    public async Task Resume_joins_several_targets_and_names_the_error_of_each_that_it_cannot()
    {
        var (a, b) = (NewRoom(), NewRoom());
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        var places = new List<(Target, Position)>();
        foreach (var room in new[] { a, b })
        {
            places.Add((Target.Room(room), (await JoinAsync(client, room)).GetProperty("content").Place()));
            (await client.AskAsync($$"""{"type":"leave_room","room":"{{room}}"}""")).MustBeAck();
            await PublishAsync(Target.Room(room), 1, 3);
        }

        places.Add((Target.User("bob"), new Position("x", 1)));
        places.Add((Target.User("ann"), new Position("x", 1)));
        var ack = await client.AskAsync($$$"""{"type":"resume","content":{"cursor":"{{{Cursor.Write(places)}}}"}}""");
        ack.MustBeAck();
        var targets = ack.Content("targets").EnumerateArray().ToList();
        Assert.That(targets.Select(t => t.GetProperty("room").GetString()), Is.EqualTo(new[] { a, b, "user:bob", "user:ann" }));
        Assert.That(targets.Take(2).Select(t => t.GetProperty("recovered").GetBoolean()), Is.All.True);
        Assert.That(targets.Skip(2).Select(t => t.GetProperty("error").GetProperty("code").GetInt32()), Is.EqualTo(new[] { 403, 409 }));
        Assert.That((await client.NextAsync(6)).Numbers(), Is.EqualTo(new[] { 1, 2, 3, 1, 2, 3 }));
    }

    [Test]
    public async Task Where_the_log_was_trimmed_the_handshake_says_so_and_goes_on_at_the_present_place()
    {
        var room = $"small:{NewRoom()}";
        string cursor;
        await using (var first = await Client.ConnectAsync(_gateway, "ann", $"rooms={room}")) cursor = first.Welcome.Cursor();
        await PublishAsync(Target.Room(room), 1, 20);
        await using var second = await Client.ConnectAsync(_gateway, "ann", $"cursor={Uri.EscapeDataString(cursor)}");
        var resume = await second.NextAsync("resume");
        Assert.That(resume.Content("recovered").GetBoolean(), Is.False);
        var target = resume.Content("targets").EnumerateArray().Single();
        Assert.That((target.GetProperty("room").GetString(), target.GetProperty("recovered").GetBoolean(), target.Place().Offset), Is.EqualTo((room, false, 20L)));
        await PublishAsync(Target.Room(room), 21, 21);
        Assert.That((await second.NextAsync(1)).Numbers(), Is.EqualTo(new[] { 21 }));
    }

    [Test]
    public async Task A_room_without_history_has_no_place_and_is_not_recovered()
    {
        var room = $"none:{NewRoom()}";
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        var ack = await client.AskAsync($$"""{"type":"join_room","room":"{{room}}","cursor":"k3f9.17"}""");
        ack.MustBeAck();
        Assert.That(ack.GetProperty("content").GetRawText(), Is.EqualTo($$"""{"room":"{{room}}","recovered":false}"""));
        await PublishAsync(Target.Room(room), 1, 1);
        Assert.That((await client.NextAsync("t")).TryGetProperty("offset", out _), Is.False);
        (await client.AskAsync($$"""{"type":"history","room":"{{room}}"}""")).MustBeError(404);
    }

    [Test]
    public async Task History_reads_pages_backwards_and_forwards()
    {
        var room = NewRoom();
        await using var client = await Client.ConnectAsync(_gateway, "ann", $"rooms={room}");
        await PublishAsync(Target.Room(room), 1, 120);
        await client.NextAsync(120);
        await CheckAsync("""{}""", Enumerable.Range(71, 50), more: true);
        await CheckAsync("""{"before":71,"limit":100}""", Enumerable.Range(1, 70), more: false);
        await CheckAsync("""{"after":0,"limit":10}""", Enumerable.Range(1, 10), more: true);
        await CheckAsync("""{"after":100,"limit":100}""", Enumerable.Range(101, 20), more: false);
        await CheckAsync("""{"after":120}""", [], more: false);
        foreach (var invalid in new[] { """{"limit":0}""", """{"limit":101}""", """{"before":"x"}""", """{"after":1,"before":9}""", """{"after":-1}""" })
            (await client.AskAsync($$"""{"type":"history","room":"{{room}}","content":{{invalid}} }""")).MustBeError(400);
        (await client.AskAsync($$"""{"type":"history","room":"{{NewRoom()}}"}""")).MustBeError(404);

        async Task CheckAsync(string content, IEnumerable<int> expected, bool more)
        {
            var ack = await client.AskAsync($$"""{"type":"history","room":"{{room}}","content":{{content}} }""");
            ack.MustBeAck();
            Assert.That(ack.Content("messages").EnumerateArray().Numbers(), Is.EqualTo(expected), content);
            Assert.That(ack.Content("more").GetBoolean(), Is.EqualTo(more), content);
        }
    }

    [Test]
    public async Task A_new_member_gets_the_latest_messages_where_the_policy_says_so()
    {
        var room = $"rewind:{NewRoom()}";
        await PublishAsync(Target.Room(room), 1, 10);
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        var ack = await JoinAsync(client, room);
        Assert.That(ack.GetProperty("content").Place().Offset, Is.EqualTo(7));
        Assert.That((await client.NextAsync(3)).Numbers(), Is.EqualTo(new[] { 8, 9, 10 }));

        var task = $"task:{NewRoom()}";
        await PublishAsync(Target.Task(task[5..]), 1, 4);
        await using var watcher = await Client.ConnectAsync(_gateway, "ann", $"rooms={task}");
        Assert.That((await watcher.NextAsync(1)).Numbers(), Is.EqualTo(new[] { 4 }));
        Assert.That(await watcher.UntilPongAsync(), Is.Empty);
    }

    [Test]
    public async Task A_message_of_several_targets_comes_once_and_moves_the_place_in_the_others_also_when_it_is_replayed()
    {
        var (a, b) = (NewRoom(), NewRoom());
        await using var client = await Client.ConnectAsync(_gateway, "ann", $"rooms={a},{b}");
        var cursor = client.Welcome.Cursor();
        await _gateway.Publisher.PublishAsync([Target.Room(a), Target.Room(b)], OutgoingMessage.Of("t", new { n = 1 }));
        await CheckAsync(client);
        await using var second = await Client.ConnectAsync(_gateway, "ann", $"cursor={Uri.EscapeDataString(cursor)}");
        await CheckAsync(second);

        async Task CheckAsync(Client receiver)
        {
            var received = await receiver.NextAsync(2);
            Assert.That(received.Types(), Is.EquivalentTo(new[] { "t", "position" }));
            Assert.That(received.Single(m => m.Type() == "t").GetProperty("room").GetString(), Is.EqualTo(a));
            var moved = received.Single(m => m.Type() == "position").GetProperty("content");
            Assert.That((moved.GetProperty("room").GetString(), moved.Place().Offset), Is.EqualTo((b, 1L)));
            Assert.That(await receiver.UntilPongAsync(), Is.Empty);
        }
    }

    [TestCase("nonsense")]
    [TestCase("room:x@e.1,")]
    [TestCase("room:x@e.-1")]
    [TestCase("room:x@E.1")]
    [TestCase("room:*@e.1")]
    [TestCase("room:x@e.1,room:x@e.2")]
    public async Task A_malformed_cursor_is_400(string cursor)
    {
        var status = await Upgrade.StatusAsync(_gateway, $"/ws?token={Tokens.For("ann")}&cursor={Uri.EscapeDataString(cursor)}");
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        (await client.AskAsync($$$"""{"type":"resume","content":{"cursor":"{{{cursor}}}"}}""")).MustBeError(400);
    }

    [Test]
    public async Task A_target_of_the_cursor_that_the_policies_forbid_is_an_error_and_the_rest_is_joined()
    {
        var room = NewRoom();
        await using var client = await Client.ConnectAsync(_gateway, "ann", $"cursor=user:bob@e.1,room:ops:x@e.1,room:{room}@e.1");
        (await client.NextAsync()).MustBeError(403);
        (await client.NextAsync()).MustBeError(403);
        Assert.That((await client.NextAsync("resume")).Content("targets").GetArrayLength(), Is.EqualTo(1));
        await PublishAsync(Target.Room(room), 1, 1);
        Assert.That((await client.NextAsync(1)).Numbers(), Is.EqualTo(new[] { 1 }));
    }

    private static async Task<JsonElement> JoinAsync(Client client, string room)
    {
        var ack = await client.AskAsync($$"""{"type":"join_room","room":"{{room}}"}""");
        ack.MustBeAck();
        return ack;
    }

    private string NewRoom() => $"resume-{++_rooms}";

    private async Task PublishAsync(Target target, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            var result = await _gateway.Publisher.PublishAsync(target, OutgoingMessage.Of("t", new { n = i }));
            Assert.That(result.Taken, Is.True, result.Reason);
        }
    }
}
