using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>TLS ended by the gateway itself, with a certificate from PEM files.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class TlsTests(bool takeover)
{
    private readonly TestCertificate _certificate = new();
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await ServiceHost.GatewayAsync(
            null, [.. _certificate.Settings, $"--Sockets:Takeover={takeover}",
            "--Connections:CloseSeconds=60", "--Connections:QueueBytes=67108864", "--Connections:QueueFrames=1000000"]);
        Assert.That(_gateway.Uri.Scheme, Is.EqualTo("https"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _gateway.DisposeAsync();
        _certificate.Dispose();
    }

    [Test]
    public async Task A_fan_out_reaches_all_in_order()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WireClient.ConnectAsync(_gateway, $"user{i}")));
        for (var i = 0; i < 500; i++) await _gateway.PublishAsync(Target.All, $"\"number {i};\"");
        foreach (var client in clients)
        {
            for (var i = 0; i < 500; i++)
                Assert.That((await TestTimeout.For(client.ReadAsync(), "a message"))!.Text, Does.Contain($"number {i};"));
        }

        foreach (var client in clients) await client.DisposeAsync();
    }

    [Test]
    public async Task A_slow_reader_gets_every_byte_of_what_waited_for_it()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "slow", receiveBuffer: 4096);
        var text = new string('x', 50_000);
        for (var i = 0; i < 200; i++) await _gateway.PublishAsync(Target.User("slow"), $"\"{i}:{text}\"");
        for (var i = 0; i < 200; i++)
            Assert.That((await TestTimeout.For(client.ReadAsync(), "a message"))!.Text, Does.Contain($"\"{i}:{text}\""));
    }

    /// <summary>The time limit for a response is a minute here: a connection that only that limit ends fails the test.</summary>
    [Test]
    public async Task The_closing_handshake_ends_at_once()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        await client.WriteAsync(ClientFrame.Close(1000));
        var ending = await client.EndAsync();
        Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)1000, false)));
        await client.DisposeAsync();
        await _gateway.EmptyAsync();
    }

    [Test]
    public async Task A_client_of_the_framework_closes_cleanly()
    {
#pragma warning disable CA5359 // The certificate is the test's own.
        await using var client = await Client.OpenAsync(
            _gateway, $"/ws?token={Tokens.For("alice")}", options => options.RemoteCertificateValidationCallback = static (_, _, _, _) => true);
#pragma warning restore CA5359
        Assert.That(await client.UntilPongAsync(), Is.Empty);
        await client.CloseAsync();
        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1000));
        await client.DisposeAsync();
        await _gateway.EmptyAsync();
    }

    [Test]
    public async Task Close_codes_reach_the_peer_even_behind_what_waits()
    {
        foreach (var input in MalformedInput.All.Where(i => i.CloseCode != 1009 && i.Frames.Length < 3))
        {
            await using var client = await WireClient.ConnectAsync(_gateway, "mallory");
            for (var i = 0; i < 20; i++) await _gateway.PublishAsync(Target.User("mallory"), $"\"{new string('x', 10_000)}\"");
            await client.WriteAsync(input.Bytes);
            var ending = await client.EndAsync();
            Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)input.CloseCode, false)), input.Name);
        }
    }

    /// <summary>Kestrel flushes once more when it releases a connection, and reports an error while another write is under way.</summary>
    [Test]
    public async Task Peers_that_end_their_half_while_a_write_is_under_way_cause_no_error()
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            null, [.. _certificate.Settings, $"--Sockets:Takeover={takeover}", "--Connections:SendBufferBytes=4608", "--Connections:CloseSeconds=1"]);
        var clients = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => WireClient.ConnectAsync(gateway, $"leaving{i}", receiveBuffer: 4096)));
        await gateway.PublishAsync(Target.All, $"\"{new string('x', 200_000)}\"");
        foreach (var client in clients) client.EndOurHalf();
        await gateway.EmptyAsync();
        foreach (var client in clients) await client.DisposeAsync();
        await TestTimeout.For(gateway.StopAsync(), "the gateway to stop");
        Assert.That(gateway.LoggedErrors(), Is.Empty);
    }

    [TearDown]
    public async Task Nothing_stays_behind()
    {
        await _gateway.EmptyAsync();
        Assert.That(_gateway.LoggedErrors(), Is.Empty);
    }
}
