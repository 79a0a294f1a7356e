using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Each holds with and without the takeover: a connection that has left HTTP, and one that stays inside its request.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class HandshakeWireTests(bool takeover)
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(null, $"--Sockets:Takeover={takeover}");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Frames_sent_right_after_the_request_are_processed()
    {
        byte[] behind = [.. ClientFrame.Ping("early"u8.ToArray()).Bytes(), .. ClientFrame.Text("""{"type":"ping","ref":"1"}""").Bytes()];
        await using var client = await WireClient.ConnectAsync(_gateway, "alice", behind);
        Assert.That((await client.NextAsync(10)).Text, Is.EqualTo("early"));
        await client.NextAsync(1, "pong");
    }

    [Test]
    public async Task A_frame_cut_in_two_by_the_end_of_the_requests_segment_is_whole()
    {
        var frame = ClientFrame.Text("""{"type":"ping","ref":"cut"}""").Bytes();
        for (var cut = 1; cut < frame.Length; cut += 5)
        {
            await using var client = await WireClient.ConnectAsync(_gateway, "alice", frame[..cut]);
            await client.WriteAsync(frame.AsMemory(cut));
            await client.NextAsync(1, "cut");
        }
    }

    [Test]
    public async Task The_101_is_on_the_wire_before_any_frame_even_in_a_flood_to_all()
    {
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _gateway.PublishAsync(Target.All, "1");
                await Task.Yield();
            }
        });

        // A client fails when anything but the 101 and then the welcome comes first.
        for (var round = 0; round < 20; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WireClient.ConnectAsync(_gateway, $"user{i}")));
            foreach (var client in clients) await client.DisposeAsync();
        }

        await stop.CancelAsync();
        await flood;
    }

    [Test]
    public async Task The_closing_handshake_ends_in_FIN_on_both_sides()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        await client.WriteAsync(ClientFrame.Close(1000, "bye"));
        Assert.That(await client.EndAsync(), Is.EqualTo(new Ending(1000, Reset: false, Frames: 1)));
        client.EndOurHalf();
        await _gateway.EmptyAsync();
        Assert.That((await client.EndAsync()).Reset, Is.False);
    }

    [TearDown]
    public async Task Nothing_stays_behind()
    {
        await _gateway.EmptyAsync();
        Assert.That(_gateway.LoggedErrors(), Is.Empty);
    }
}
