using System.Text;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Limits;

/// <summary>The default limits on what a client sends.</summary>
internal sealed class MessageLimitTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_connection_is_in_100_rooms_at_most_and_in_as_many_again_after_leaving_one()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Connections:MessagesPerSecond=0");
        await using var client = await Client.ConnectAsync(gateway, "alice");
        for (var i = 0; i < 100; i++) await client.JoinAsync($"room-{i}");

        (await client.AskAsync("""{"type":"join_room","room":"one-more"}""")).MustBeError(429);
        await client.JoinAsync("room-7");
        (await client.AskAsync("""{"type":"leave_room","room":"room-7"}""")).MustBeAck();
        await client.JoinAsync("one-more");
    }

    [Test]
    public async Task A_message_of_64_KiB_is_read_and_one_byte_more_closes_with_1009()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        await client.SendAsync("""{"type":"ping"}""".PadRight(64 * 1024));
        await client.NextAsync("pong");
        await client.SendAsync("""{"type":"ping"}""".PadRight((64 * 1024) + 1));

        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1009));
    }

    [Test]
    public async Task A_message_in_fragments_is_measured_as_a_whole()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");

        await client.WriteAsync(ClientFrame.Text(new byte[40 * 1024], final: false));
        await client.WriteAsync(ClientFrame.Continuation(new byte[40 * 1024], final: false));

        Assert.That((await client.NextAsync(8)).CloseCode, Is.EqualTo(1009));
        await client.WriteAsync(ClientFrame.Close(1009));
        Assert.That((await client.EndAsync()).Reset, Is.False);
    }

    [Test]
    public async Task With_RateLimit_Refuse_messages_beyond_the_burst_get_429_with_their_ref_and_the_connection_stays()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Connections:RateLimit=Refuse");
        await using var client = await Client.ConnectAsync(gateway, "alice");

        for (var i = 0; i < 150; i++) await client.SendAsync($$"""{"type":"ping","ref":"{{i}}"}""");

        var responses = new List<string>();
        for (var i = 0; i < 150; i++)
        {
            var response = await client.NextAsync();
            Assert.That(response.GetProperty("ref").GetString(), Is.EqualTo($"{i}"));
            if (response.Type() == "error") response.MustBeError(429);
            responses.Add(response.Type());
        }

        Assert.That(responses.Count(t => t == "pong"), Is.GreaterThanOrEqualTo(100));
        Assert.That(responses, Does.Contain("error"));
    }

    [Test]
    public async Task Beyond_the_rate_a_client_is_read_more_slowly_loses_nothing_and_counts_as_alive([Values] bool pings)
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            redis: null, "--Connections:MessagesPerSecond=20", "--Connections:MessageBurst=10", "--Heartbeat:Interval=1s");
        await using var client = await WireClient.ConnectAsync(gateway, "alice");
        var start = TimeProvider.System.GetTimestamp();

        // Messages, or pings of RFC 6455, of which none calls a command. All are here at once, so the gateway reads nothing for longer than its heartbeat timeout of 2 s.
        await client.WriteAsync((byte[])[.. Enumerable.Range(0, 100).SelectMany(i => Frame(i).Bytes())]);
        for (var i = 0; i < 100; i++) Assert.That((await client.NextAsync(pings ? 10 : 1)).Text, pings ? Is.EqualTo($"{i}") : Does.Contain("\"pong\"").And.Contain($"\"ref\":\"{i}\""));

        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.GreaterThan(TimeSpan.FromSeconds(4)), "90 beyond the burst, 20 a second");

        ClientFrame Frame(int i) => pings ? ClientFrame.Ping(Encoding.ASCII.GetBytes($"{i}")) : ClientFrame.Text($$"""{"type":"ping","ref":"{{i}}"}""");
    }

    [Test]
    public async Task Sixty_errors_in_a_minute_are_forgiven_and_the_next_closes_with_1008()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        for (var i = 0; i < 60; i++) await client.SendAsync("{");
        Assert.That(await client.UntilPongAsync(), Has.Count.EqualTo(60));
        await client.SendAsync("{");

        await client.NextAsync("error");
        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1008));
    }
}
