using System.Diagnostics;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Peers that take all the time in the world: they get one second here.</summary>
internal sealed class SlowPeerTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        null, "--Connections:MessageDeadlineSeconds=1", "--Connections:CloseSeconds=1", "--Listen:HeaderTimeout=1", "--Connections:MaxMessageFragments=1000000",
        "--Connections:MessagesPerSecond=0");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Half_a_request_is_ended_at_the_header_timeout()
    {
        await using var client = await WireClient.SendAsync(_gateway, WireClient.Request("slow").AsMemory(0, 60));
        var started = Stopwatch.GetTimestamp();
        try
        {
            // Kestrel says 408 first; whatever it says, the end comes.
            while (await TestTimeout.For(client.ReadAsync(), "the end") is not null)
            {
            }
        }
        catch (InvalidDataException)
        {
            // HTTP is no frame.
        }

        Assert.That(Stopwatch.GetElapsedTime(started), Is.InRange(TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(6)));
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(20)]
    public async Task Half_a_frame_is_a_policy_violation_at_the_deadline(int bytes)
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "slow");
        await client.WriteAsync(ClientFrame.Text(new byte[100]).Bytes().AsMemory(0, bytes));
        await ExpectAsync(client);
    }

    [Test]
    public async Task A_message_whose_fragments_never_end_is_closed_at_the_deadline()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "slow");
        await client.WriteAsync(ClientFrame.Text([], final: false));
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(client, ClientFrame.Continuation([], final: false).Bytes(), stop.Token);
        await ExpectAsync(client);
        await stop.CancelAsync();
        await sending;
    }

    [Test]
    public async Task Pings_between_do_not_prolong_it()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "slow");
        await client.WriteAsync(ClientFrame.Text([], final: false));
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(client, ClientFrame.Ping([]).Bytes(), stop.Token);
        await ExpectAsync(client);
        await stop.CancelAsync();
        await sending;
    }

    [Test]
    public async Task A_peer_that_never_replies_to_the_close_is_dropped()
    {
        var started = Stopwatch.GetTimestamp();
        await using var client = await WireClient.ConnectAsync(_gateway, "stubborn");
        await client.WriteAsync(ClientFrame.Text("{}") with { Reserved = 4 });
        Assert.That((await client.EndAsync(CloseReply.None)).CloseCode, Is.EqualTo(1002));
        Assert.That(_gateway.Registry().Connections, Is.EqualTo(1));
        await _gateway.EmptyAsync();
        Assert.That(Stopwatch.GetElapsedTime(started), Is.InRange(TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(6)));
    }

    [Test]
    public async Task A_thousand_pings_cut_by_the_segments_are_no_slow_message()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "steady");
        var bytes = Enumerable.Repeat(ClientFrame.Ping([1, 2, 3]).Bytes(), 400).SelectMany(b => b).ToArray();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(40));
        for (var at = 0; at < bytes.Length; at += 50)
        {
            await client.WriteAsync(bytes.AsMemory(at, Math.Min(50, bytes.Length - at)));
            await pace.WaitForNextTickAsync();
        }

        for (var i = 0; i < 400; i++) await client.NextAsync(10);
    }

    private static async Task SendAsync(WireClient client, byte[] bytes, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            while (await pace.WaitForNextTickAsync(stop)) await client.WriteAsync(bytes);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Enough, or the gateway has had enough.
        }
    }

    private async Task ExpectAsync(WireClient client)
    {
        var ending = await client.EndAsync();
        Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)1008, false)));
        await client.DisposeAsync();
        await _gateway.EmptyAsync();
    }
}
