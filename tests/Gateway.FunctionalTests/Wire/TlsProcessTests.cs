using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>In a process of its own, because using one TLS session from two threads at a time ends the process.</summary>
internal sealed class TlsProcessTests
{
    private const int Connections = 300;
    private const int Parallel = 10;
    private const int PingsBehind = 400;

    [Test]
    public async Task Peers_that_send_while_their_connection_is_closed_do_not_harm_the_process()
    {
        using var certificate = new TestCertificate();
        await using var service = ServiceProcess.Start(
            "Gateway.dll", ("PORT", "0"), ("JWT_SECRET", Tokens.Secret), ("Listen__Certificate", certificate.Certificate), ("Listen__CertificateKey", certificate.Key));
        var uri = await service.UriAsync();
        var ping = ClientFrame.Ping([1, 2, 3]).Bytes();

        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < Connections / Parallel; i++)
            {
                await using var client = await WireClient.ConnectAsync(uri, $"mallory{n}");
                var end = client.EndAsync();
                await client.WriteAsync(new ClientFrame(2) { Payload = [1] });
                await SendAsync(client, ping);
                Assert.That((await end).CloseCode, Is.EqualTo(1003));
            }
        })));

        await using var last = await WireClient.ConnectAsync(uri, "alice");
        await last.WriteAsync(ClientFrame.Ping("alive"u8.ToArray()));
        Assert.That((await last.NextAsync(10)).Text, Is.EqualTo("alive"));
        Assert.That(service.Output, Does.Not.Contain("fail:").And.Not.Contain("crit:").And.Not.Contain("\"Error\""));
    }

    /// <summary>Each ping is a TLS record: the gateway decrypts one after the other while it ends its half.</summary>
    private static async Task SendAsync(WireClient client, byte[] ping)
    {
        try
        {
            for (var i = 0; i < PingsBehind; i++) await client.WriteAsync(ping);
        }
        catch (IOException)
        {
            // The gateway has closed the connection meanwhile.
        }
    }
}
