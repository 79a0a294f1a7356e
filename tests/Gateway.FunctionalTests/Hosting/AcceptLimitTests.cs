using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>Services in processes of their own that run out of file descriptors.</summary>
internal sealed class AcceptLimitTests
{
    private readonly List<Socket> _sockets = [];

    private readonly List<WireClient> _clients = [];

    [TearDown]
    public async Task Close()
    {
        _sockets.ForEach(s => s.Dispose());
        foreach (var client in _clients) await client.DisposeAsync();
    }

    [TestCase("Gateway.dll")]
    [TestCase("AdminApi.dll")]
    public async Task A_service_outlives_1600_silent_connections_with_1000_descriptors_and_serves_again(string assembly)
    {
        await using var service = ServiceProcess.StartWithDescriptors(
            1000, assembly, ("PORT", "0"), ("JWT_SECRET", Tokens.Secret), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Listen__KeepAliveTimeout", "5s"));
        var uri = await service.UriAsync();
        for (var i = 0; i < 1600; i++) await ConnectAsync(uri);
        using var http = new HttpClient { BaseAddress = uri };
        await TestTimeout.Until(() => IsServedAsync(http), "a response while the silent connections are still open on the client's side");
        Assert.That(service.Output, Does.Contain("TCP connections: too many are open").And.Contain("ulimit -n"));
        await service.SignalAsync("TERM");
        Assert.That(await service.ExitCodeAsync(), Is.Zero, service.Output);
    }

    [Test]
    public async Task WebSockets_leave_the_reserved_descriptors_free_too()
    {
        await using var service = ServiceProcess.StartWithDescriptors(600, "Gateway.dll", ("PORT", "0"), ("JWT_SECRET", Tokens.Secret));
        var uri = await service.UriAsync();
        var (first, refused) = (await OpenAsync(uri), false);
        for (var i = 0; i < 600 && !refused; i++) refused = await OpenAsync(uri) is null;
        Assert.That(refused, "more WebSockets than descriptors");
        await first!.WriteAsync(new ClientFrame(9) { Payload = "alive"u8.ToArray() });
        Assert.That((await first.NextAsync(10)).Text, Is.EqualTo("alive"));

        foreach (var client in _clients.Skip(1).Take(20)) await client.DisposeAsync();
        await TestTimeout.Until(async () => await OpenAsync(uri) is not null, "a WebSocket after others were closed");
    }

    /// <returns>Null if the service reset the connection.</returns>
    private async Task<WireClient?> OpenAsync(Uri uri)
    {
        try
        {
            var client = await WireClient.SendAsync(uri, WireClient.Request("alice"));
            _clients.Add(client);
            await TestTimeout.For(client.WelcomeAsync(), "the welcome or the end");
            return client;
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException)
        {
            return null;
        }
    }

    private async Task ConnectAsync(Uri uri)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, uri.Port);
        }
        catch (SocketException)
        {
            // Refused already.
        }
    }

    private static async Task<bool> IsServedAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync("/health/live");
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }
}
