using System.Net;
using System.Net.WebSockets;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Drain;

/// <summary>What SIGTERM does to connections, new handshakes and probes.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class DrainTests(bool takeover)
{
    private const int Text = 1, Close = 8;

    [Test]
    public async Task Every_client_is_told_to_come_back_and_closed_with_1001()
    {
        await using var gateway = await StartAsync("--Drain:Budget=1s");
        var clients = new List<Client>();
        for (var i = 0; i < 100; i++) clients.Add(await Client.ConnectAsync(gateway, $"user-{i}"));

        await TestTimeout.For(gateway.StopAsync(), "the gateway to stop");

        var delays = new List<int>();
        foreach (var client in clients)
        {
            delays.Add((await client.NextAsync("drain")).Content("reconnect_after_ms").GetInt32());
            Assert.That((await client.Closed).Code, Is.EqualTo(1001));
            await client.DisposeAsync();
        }

        Assert.That(delays, Has.All.InRange(0, 1000));
        Assert.That(delays.Distinct().Count(), Is.GreaterThan(50), "spread over the budget");
    }

    [Test]
    public async Task Messages_that_wait_in_a_batch_window_are_sent_before_the_closes()
    {
        await using var gateway = await StartAsync("--Rooms:Policies:0:Pattern=feed", "--Rooms:Policies:0:BatchWindow=100ms");
        await using var client = await Client.ConnectAsync(gateway, "alice", "rooms=feed");
        await client.UntilPongAsync();
        var publisher = gateway.Publisher;
        for (var i = 0; i < 3; i++) await publisher.BroadcastToRoomAsync("feed", new OutgoingMessage { Type = "news" });

        var stopping = gateway.StopAsync();

        await client.NextAsync("drain");
        for (var i = 0; i < 3; i++) await client.NextAsync("news");
        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1001));
        await TestTimeout.For(stopping, "the gateway to stop");
    }

    [Test]
    public async Task A_single_idle_client_does_not_hold_the_exit_for_the_budget()
    {
        await using var gateway = await StartAsync("--Drain:Budget=5m");
        await using var client = await Client.ConnectAsync(gateway, "alice");

        await TestTimeout.For(gateway.StopAsync(), "the gateway to stop");

        Assert.That((await client.Closed).Code, Is.EqualTo(1001));
    }

    [Test]
    public async Task The_drain_ends_when_the_last_client_has_left_by_itself()
    {
        await using var gateway = await StartAsync("--Drain:Budget=5m");
        var clients = new List<Client>();
        for (var i = 0; i < 10; i++) clients.Add(await Client.ConnectAsync(gateway, $"user-{i}"));

        var stopping = gateway.StopAsync();
        foreach (var client in clients)
        {
            await client.NextAsync("drain");
            await client.DisposeAsync();
        }

        await TestTimeout.For(stopping, "the gateway to stop");
    }

    [Test]
    public async Task While_draining_readiness_fails_new_handshakes_get_503_and_the_process_lives()
    {
        await using var gateway = await StartAsync("--Drain:Budget=1s", "--Connections:CloseSeconds=5");
        await using var silent = await WireClient.ConnectAsync(gateway, "alice");
        Assert.That(await StatusAsync(gateway, "/readyz"), Is.EqualTo(HttpStatusCode.OK));

        var stopping = gateway.StopAsync();

        Assert.That(await StatusAsync(gateway, "/readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await StatusAsync(gateway, "/healthz"), Is.EqualTo(HttpStatusCode.OK));
        using (var response = await Upgrade.AnswerAsync(gateway, "/ws?token=" + Tokens.For("bob")))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        Assert.That((await silent.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        await silent.WriteAsync(ClientFrame.Close(1001));
        Assert.That((await silent.EndAsync()).Reset, Is.False);
        await TestTimeout.For(stopping, "the gateway to stop");
    }

    [Test]
    public async Task A_peer_that_does_not_reply_to_the_close_does_not_delay_the_end()
    {
        await using var gateway = await StartAsync();
        await using var peer = await WireClient.ConnectAsync(gateway, "alice");

        var stopping = gateway.StopAsync();

        Assert.That((await peer.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        await TestTimeout.For(stopping, "the gateway to stop");
    }

    [Test]
    public async Task What_was_queued_for_a_slow_client_reaches_it_before_the_close()
    {
        await using var gateway = await StartAsync("--Connections:SendBufferBytes=4096");
        await using var slow = await WireClient.ConnectAsync(gateway, "alice", receiveBuffer: 4096);
        await using var witness = await Client.ConnectAsync(gateway, "bob");
        var large = OutgoingMessage.Of("news", new { text = new string('x', 20_000) });
        for (var i = 0; i < 40; i++) await gateway.Publisher.BroadcastAsync(large);
        await witness.UntilMarkerAsync();

        var stopping = gateway.StopAsync();

        for (var i = 0; i < 40; i++) Assert.That((await slow.NextAsync(Text)).Payload, Has.Length.GreaterThan(20_000));
        Assert.That((await slow.NextAsync(Text)).Text, Does.Contain("drain"));
        Assert.That((await slow.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        await slow.WriteAsync(ClientFrame.Close(1001));
        Assert.That((await slow.EndAsync()).Reset, Is.False);
        await slow.DisposeAsync();
        await TestTimeout.For(stopping, "the gateway to stop");
    }

    [Test]
    public async Task A_client_that_connects_while_the_drain_begins_is_refused_or_closed_with_1001_and_never_dropped()
    {
        await using var gateway = await StartAsync();
        var clients = new List<Client>();
        using var stop = new CancellationTokenSource();
        var connecting = Enumerable.Range(0, 8).Select(i => Task.Run(() => ConnectRepeatedlyAsync(gateway, $"user-{i}", clients, stop.Token))).ToList();
        await TestTimeout.Until(() => Count(clients) > 20, "clients to connect");

        await TestTimeout.For(gateway.StopAsync(), "the gateway to stop");

        await stop.CancelAsync();
        await TestTimeout.For(Task.WhenAll(connecting), "the clients to stop");
        foreach (var client in clients)
        {
            Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1001));
            await client.DisposeAsync();
        }
    }

    private Task<ServiceHost> StartAsync(params string[] settings) =>
        ServiceHost.GatewayAsync(redis: null, [.. settings, $"--Sockets:Takeover={takeover}"]);

    private static int Count(List<Client> clients)
    {
        lock (clients) return clients.Count;
    }

    private static async Task ConnectRepeatedlyAsync(ServiceHost gateway, string user, List<Client> clients, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await Client.ConnectAsync(gateway, user);
                lock (clients) clients.Add(client);
            }
            catch (WebSocketException)
            {
                return;
            }
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceHost gateway, string path)
    {
        using var response = await gateway.Http.GetAsync(path);
        return response.StatusCode;
    }
}
