using Gateway.FunctionalTests.Wire;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Drain;

/// <summary>Clients that go on sending while they are closed: each must get its close code, and no reset.</summary>
internal sealed class SendingClientTests
{
    private const int Clients = 40, MaxMessages = 1_000_000;

    [Test]
    public async Task A_client_that_sends_while_it_is_closed_gets_1001_and_no_reset([Values] bool takeover, [Values] bool tls)
    {
        using var certificate = new TestCertificate();
        string[] settings = [.. tls ? certificate.Settings : [], "--Drain:Budget=1s", "--Connections:MessagesPerSecond=0", "--Connections:MaxErrorsPerMinute=0", $"--Sockets:Takeover={takeover}"];
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, settings);
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => WireClient.ConnectAsync(gateway, $"user-{i}")));
        var running = Array.ConvertAll(clients, client => Task.Run(() => RunAsync(client)));

        var stopping = gateway.StopAsync();

        foreach (var (code, ending) in await TestTimeout.For(Task.WhenAll(running), "all clients to be closed"))
        {
            Assert.That(code, Is.EqualTo(1001));
            Assert.That(ending.Reset, Is.False);
        }

        await TestTimeout.For(stopping, "the gateway to stop");
        foreach (var client in clients) await client.DisposeAsync();
    }

    private static async Task<(int Code, Ending Ending)> RunAsync(WireClient client)
    {
        using var closed = new CancellationTokenSource();
        var sending = SendAsync(client, closed.Token);
        var close = await client.NextAsync(8);
        await closed.CancelAsync();
        await sending;
        await client.WriteAsync(ClientFrame.Close(close.CloseCode));
        return (close.CloseCode, await client.EndAsync());
    }

    private static async Task SendAsync(WireClient client, CancellationToken closed)
    {
        var messages = (byte[])[.. ClientFrame.Text("""{"type":"ping"}""").Bytes(), .. ClientFrame.Ping([1, 2, 3]).Bytes()];
        for (var i = 0; i < MaxMessages && !closed.IsCancellationRequested; i++)
        {
            await client.WriteAsync(messages);
            if (i % 64 == 63) await Task.Yield();
        }
    }
}
