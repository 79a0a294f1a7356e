using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Every malformed input in five timings: its exact close code reaches the peer, and the end is FIN, never a reset.</summary>
internal sealed class MalformedInputTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        null, $"--Connections:MaxMessageBytes={MalformedInput.MaxBytes}", $"--Connections:MaxMessageFragments={MalformedInput.MaxFragments}",
        "--Connections:QueueBytes=67108864", "--Connections:QueueFrames=1000000");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCaseSource(typeof(MalformedInput), nameof(MalformedInput.All))]
    public async Task In_one_segment(object malformed)
    {
        var input = (MalformedInput)malformed;
        await using var client = await WireClient.ConnectAsync(_gateway, "mallory");
        await client.WriteAsync(input.Bytes);
        await ExpectAsync(client, input);
    }

    [TestCaseSource(typeof(MalformedInput), nameof(MalformedInput.All))]
    public async Task Byte_by_byte(object malformed)
    {
        var input = (MalformedInput)malformed;
        await using var client = await WireClient.ConnectAsync(_gateway, "mallory");
        var bytes = input.Bytes;
        for (var i = 0; i < bytes.Length; i++) await client.WriteAsync(bytes.AsMemory(i, 1));
        await ExpectAsync(client, input);
    }

    [TestCaseSource(typeof(MalformedInput), nameof(MalformedInput.All))]
    public async Task Each_head_alone_then_its_payload(object malformed)
    {
        var input = (MalformedInput)malformed;
        await using var client = await WireClient.ConnectAsync(_gateway, "mallory");
        foreach (var frame in input.Frames)
        {
            var bytes = frame.Bytes();
            await client.WriteAsync(bytes.AsMemory(0, bytes.Length - frame.Payload.Length));
            await client.WriteAsync(bytes.AsMemory(bytes.Length - frame.Payload.Length));
        }

        await ExpectAsync(client, input);
    }

    [TestCaseSource(typeof(MalformedInput), nameof(MalformedInput.All))]
    public async Task Right_behind_the_handshake_request(object malformed)
    {
        var input = (MalformedInput)malformed;
        await using var client = await WireClient.ConnectAsync(_gateway, "mallory", input.Bytes);
        await ExpectAsync(client, input);
    }

    [TestCaseSource(typeof(MalformedInput), nameof(MalformedInput.All))]
    public async Task While_a_flood_is_delivered(object malformed)
    {
        var input = (MalformedInput)malformed;
        await using var client = await WireClient.ConnectAsync(_gateway, "mallory");
        using var stop = new CancellationTokenSource();
        var flood = FloodAsync(stop.Token);
        await client.NextAsync(1, "flood");
        await client.WriteAsync(input.Bytes);
        var ending = await client.EndAsync();
        await stop.CancelAsync();
        await flood;
        Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)input.CloseCode, false)));
    }

    [TearDown]
    public Task All_gone() => TestTimeout.Until(() => _gateway.Services.GetRequiredService<ConnectionRegistry>().Connections == 0, "the connection to be forgotten");

    [OneTimeTearDown]
    public void Nothing_was_logged_as_an_error() =>
        Assert.That(_gateway.Logs.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal)), Is.Empty);

    private static async Task ExpectAsync(WireClient client, MalformedInput input)
    {
        var ending = await client.EndAsync();
        Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)input.CloseCode, false)));

        // Ours after theirs: still no reset, so nothing was thrown away unread.
        client.EndOurHalf();
        Assert.That((await client.EndAsync()).Reset, Is.False);
    }

    private async Task FloodAsync(CancellationToken stop)
    {
        var bus = _gateway.Services.GetRequiredService<IMessagePublisher>();
        var registry = _gateway.Services.GetRequiredService<ConnectionRegistry>();
        var text = $"{{\"text\":\"flood {new string('x', 1000)}\"}}";
        var content = System.Text.Encoding.UTF8.GetBytes(text);
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < 20; i++)
                await bus.PublishAsync(new Message { Id = "m", Type = "flood", Target = Target.User("mallory"), Timestamp = 0, Content = content }, false, default);
            do await Task.Yield();
            while (registry.All().Any(c => c.Outbound.WaitingBytes > 100_000) && !stop.IsCancellationRequested);
        }
    }
}
