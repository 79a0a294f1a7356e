using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Close codes through proxies that close both sides on FIN. The clients answer the close frame and wait for the gateway's FIN.</summary>
internal sealed class ProxyCloseTests
{
    private const int Senders = 60;
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
        var codes = await Task.WhenAll(Enumerable.Range(0, Senders).Select(n => Task.Run(() => SendUntilClosedAsync(proxy, n))));
        Assert.That(codes, Is.All.EqualTo(1003));
    }

    /// <summary>A binary frame ends the connection while the client goes on sending, as it does until it reads the close frame.</summary>
    private static async Task<int?> SendUntilClosedAsync(Uri proxy, int number)
    {
        await using var client = await WireClient.ConnectAsync(proxy, $"sender{number}");
        var end = client.EndAsync(CloseReply.Close);
        var text = ClientFrame.Text(new string('x', 1000)).Bytes();
        try
        {
            await client.WriteAsync(new ClientFrame(2) { Payload = [1] });
            for (var i = 0; i < 2000 && !end.IsCompleted; i++) await client.WriteAsync(text);
        }
        catch (IOException)
        {
            // The proxy has closed the connection.
        }

        return (await end).CloseCode;
    }
}
