using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>All the ways a peer may go. Whatever it does, nothing of it stays, and no exception is left behind.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class EndOfConnectionTests(bool takeover)
{
    private static readonly string Big = $"\"{new string('x', 50_000)}\"";

    private ServiceHost _gateway = null!;
    private UnobservedErrors _unobserved = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        null, $"--Sockets:Takeover={takeover}", "--Connections:QueueBytes=67108864", "--Connections:QueueFrames=1000000", "--Connections:CloseSeconds=3",
        "--Connections:SendBufferBytes=65536", "--Limits:MaxConnectionsPerUser=100000", "--Limits:MaxConnectionsPerAddress=100000");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [SetUp]
    public void Listen() => _unobserved = new UnobservedErrors();

    [TearDown]
    public async Task Nothing_stays_behind()
    {
        await _gateway.EmptyAsync();
        using (_unobserved) Assert.That(_unobserved.Collect(), Is.Empty);
        Assert.That(_gateway.LoggedErrors(), Is.Empty);
    }

    [Test]
    public async Task A_close_and_FIN_at_once_still_gets_all_that_waits_and_the_close_last()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice", receiveBuffer: 4096);
        for (var i = 0; i < 100; i++) await _gateway.PublishAsync(Target.User("alice"), Big);
        await TestTimeout.Until(() => _gateway.Registry().All()[0].Outbound.WaitingBytes > 1_000_000, "a queue");
        await client.WriteAsync(ClientFrame.Close(1000));
        client.EndOurHalf();
        Assert.That(await client.EndAsync(), Is.EqualTo(new Ending(1000, Reset: false, Frames: 101)));
    }

    [Test]
    public async Task A_close_and_FIN_at_once_from_a_peer_that_reads_no_more_is_dropped_in_time()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice", receiveBuffer: 4096);
        for (var i = 0; i < 100; i++) await _gateway.PublishAsync(Target.User("alice"), Big);
        await client.WriteAsync(ClientFrame.Close(1000));
        client.EndOurHalf();
        await _gateway.EmptyAsync();
    }

    [Test]
    public async Task A_FIN_without_a_close_ends_an_idle_connection()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        client.EndOurHalf();
        Assert.That(await client.EndAsync(), Is.EqualTo(new Ending(null, Reset: false, Frames: 0)));
        await _gateway.EmptyAsync();
    }

    [Test]
    public async Task A_FIN_without_a_close_from_a_peer_that_reads_no_more_is_dropped_in_time()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice", receiveBuffer: 4096);
        for (var i = 0; i < 100; i++) await _gateway.PublishAsync(Target.User("alice"), Big);
        await TestTimeout.Until(() => _gateway.Registry().All()[0].Outbound.WaitingBytes > 1_000_000, "a queue");
        client.EndOurHalf();
        await _gateway.EmptyAsync();
    }

    [Test]
    public async Task A_FIN_inside_a_frame_or_a_message_ends_the_connection()
    {
        foreach (var half in new[] { ClientFrame.Text("hello").Bytes()[..3], ClientFrame.Text("hello").Bytes()[..8], ClientFrame.Text("a"u8.ToArray(), final: false).Bytes() })
        {
            await using var client = await WireClient.ConnectAsync(_gateway, "alice");
            await client.WriteAsync(half);
            client.EndOurHalf();
            Assert.That((await client.EndAsync()).Reset, Is.False);
            await _gateway.EmptyAsync();
        }
    }

    [Test]
    public async Task Peers_that_reset_in_the_middle_of_a_flood_leave_nothing_behind()
    {
        for (var round = 0; round < 20; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => WireClient.ConnectAsync(_gateway, "gone", receiveBuffer: 4096)));
            var flood = Task.Run(async () =>
            {
                for (var i = 0; i < 50; i++) await _gateway.PublishAsync(Target.User("gone"), Big);
            });
            await clients[0].NextAsync(1, "xxx");
            foreach (var client in clients) client.Reset();
            await flood;
        }
    }

    [Test]
    public async Task A_thousand_resets_at_once_leave_nothing_behind()
    {
        var clients = new List<WireClient>();
        for (var i = 0; i < 20; i++)
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(n => WireClient.ConnectAsync(_gateway, $"u{n}", query: "&rooms=a,b"))));
        Assert.That(_gateway.Registry().Connections, Is.EqualTo(1_000));
        await _gateway.PublishAsync(Target.All, "1");
        foreach (var client in clients) client.Reset();
        await _gateway.EmptyAsync();
    }

    /// <summary>Some resets hit the request, some the 101, some the welcome.</summary>
    [Test]
    public async Task Resets_in_every_moment_of_the_handshake_leave_nothing_behind()
    {
        var request = WireClient.Request("hasty");
        for (var round = 0; round < 40; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 25).Select(async i =>
            {
                var client = await WireClient.SendAsync(_gateway, i % 5 == 0 ? request[..^1] : request);
                for (var spin = 0; spin < i; spin++) await Task.Yield();
                client.Reset();
            }));
        }
    }
}
