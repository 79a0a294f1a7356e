using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Close codes through proxies that close both sides on FIN. The clients response the close frame and wait for the gateway's FIN.</summary>
internal sealed class ProxyCloseTests
{
    private const int Senders = 40;
    private const int MaxMessages = 2000;
    private const int MessagesUnderWay = 50;
    private const int Drained = 500;

    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(null, "--Connections:MessagesPerSecond=0", "--Drain:Budget=1s");

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Sending_clients_behind_a_relay_get_their_close_code()
    {
        await using var relay = new Relay(_gateway.Uri);
        await ExpectCodesOfSendersAsync(relay.Uri);
    }

    [Test]
    public async Task Sending_clients_behind_nginx_get_their_close_code()
    {
        await using var nginx = await Nginx.StartAsync(_gateway.Uri);
        await ExpectCodesOfSendersAsync(nginx.Uri);
    }

    [Test]
    public async Task A_drain_behind_nginx_reaches_every_client_with_its_code_and_without_a_reset()
    {
        await using var nginx = await Nginx.StartAsync(_gateway.Uri);
        var clients = new List<WireClient>();
        for (var i = 0; i < Drained; i += 50)
            clients.AddRange(await Task.WhenAll(Enumerable.Range(i, 50).Select(n => WireClient.ConnectAsync(nginx.Uri, $"user{n}"))));
        var ends = clients.ConvertAll(client => client.EndAsync(CloseReply.Close));

        await TestTimeout.For(_gateway.StopAsync(), "the gateway to stop");

        var endings = await Task.WhenAll(ends);
        Assert.That(endings.Select(e => (e.CloseCode, e.Reset)), Is.All.EqualTo(((int?)1001, false)));
        foreach (var client in clients) await client.DisposeAsync();
    }

    private static async Task ExpectCodesOfSendersAsync(Uri proxy)
    {
        var endings = await TestTimeout.For(Task.WhenAll(Enumerable.Range(0, Senders).Select(n => Task.Run(() => SendUntilClosedAsync(proxy, n)))), "the ends");
        Assert.That(endings, Is.All.EqualTo((1003, false)));
    }

    /// <summary>
    /// A binary frame ends the connection while the client goes on sending. Before it replies to the close frame it sends what it had queued:
    /// none of that may fail, as it does when the proxy has closed the connection by then.
    /// </summary>
    private static async Task<(int? Code, bool Reset)> SendUntilClosedAsync(Uri proxy, int number)
    {
        await using var client = await WireClient.ConnectAsync(proxy, $"sender{number}");
        using var closed = new CancellationTokenSource();
        int? code = null;
        try
        {
            await client.WriteAsync(new ClientFrame(2) { Payload = [1] });
            var sending = SendAsync(client, MaxMessages, closed.Token);
            code = (await client.NextAsync(8)).CloseCode;
            await closed.CancelAsync();
            await sending;
            await SendAsync(client, MessagesUnderWay, CancellationToken.None);
            await client.WriteAsync(ClientFrame.Close(1003));
            return (code, (await client.EndAsync()).Reset);
        }
        catch (IOException)
        {
            return (code, Reset: true);
        }
    }

    private static async Task SendAsync(WireClient client, int messages, CancellationToken closed)
    {
        var text = ClientFrame.Text(new string('x', 1000)).Bytes();
        for (var i = 0; i < messages && !closed.IsCancellationRequested; i++)
        {
            await client.WriteAsync(text);
            await Task.Yield();
        }
    }
}
