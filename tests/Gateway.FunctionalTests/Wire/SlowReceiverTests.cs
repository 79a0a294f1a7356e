using System.Text.Json;
using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Clients that read slowly or not at all, over real sockets with small buffers.</summary>
internal sealed class SlowReceiverTests
{
    private static readonly string Large = $"\"{new string('x', 50_000)}\"";

    private static readonly string[] SmallBuffers = ["--Connections:SendBufferBytes=4608", "--Connections:CloseSeconds=10"];

    [Test]
    public async Task A_client_beyond_the_limit_of_its_queue_is_closed_with_4429_and_what_was_waiting_is_discarded()
    {
        await using var gateway = await ServiceHost.GatewayAsync(null, [.. SmallBuffers, "--Connections:QueueBytes=200000"]);
        await using var client = await WireClient.ConnectAsync(gateway, "slow", receiveBuffer: 4096);

        var published = await PublishUntilClosingAsync(gateway);

        var ending = await client.EndAsync(CloseReply.Close);
        Assert.That((ending.CloseCode, ending.Reset), Is.EqualTo(((int?)4429, false)));
        Assert.That(ending.Frames, Is.LessThan(published), "the frame under way and those in the kernel, and the close frame");
    }

    [Test]
    public async Task A_client_that_takes_nothing_for_the_write_timeout_is_closed_with_4429()
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            null, [.. SmallBuffers, "--Connections:WriteTimeoutSeconds=1", "--Connections:QueueBytes=67108864"]);
        await using var client = await WireClient.ConnectAsync(gateway, "slow", receiveBuffer: 4096);

        for (var i = 0; i < 20; i++) await gateway.PublishAsync(Target.User("slow"), Large);
        await TestTimeout.Until(() => gateway.Registry().All() is [{ IsClosing: true }], "the write timeout");

        Assert.That((await client.EndAsync(CloseReply.Close)).CloseCode, Is.EqualTo(4429));
    }

    [Test]
    public async Task A_newer_message_replaces_a_waiting_one_of_the_same_key()
    {
        await using var gateway = await ServiceHost.GatewayAsync(null, [.. SmallBuffers, "--Connections:QueueBytes=67108864"]);
        await using var client = await WireClient.ConnectAsync(gateway, "slow", receiveBuffer: 4096);
        for (var i = 0; i < 20; i++) await gateway.PublishAsync(Target.User("slow"), Large);
        await TestTimeout.Until(() => gateway.Registry().All()[0].Outbound.WaitingBytes > 100_000, "a queue");

        foreach (var (key, value) in new[] { ("a", 1), ("b", 1), ("a", 2), ("a", 3) }) await PublishWithKeyAsync(gateway, key, $"\"{key}{value};\"");
        await gateway.PublishAsync(Target.User("slow"), "\"marker\"");

        var keyed = new List<string>();
        for (var frame = await client.NextAsync(1); !frame.Text.Contains("marker", StringComparison.Ordinal); frame = await client.NextAsync(1))
        {
            if (frame.Text.Contains(';', StringComparison.Ordinal)) keyed.Add(frame.Text);
        }

        Assert.That(keyed, Has.Count.EqualTo(2));
        Assert.That(keyed[0], Does.Contain("b1;"));
        Assert.That(keyed[1], Does.Contain("a3;"));
    }

    [Test]
    public async Task A_target_that_drops_its_oldest_messages_keeps_the_client_and_sends_one_gap_before_those_it_kept(
        [Values("ticker", "user:slow", "all")] string room, [Values] bool tls)
    {
        const int Published = 60;
        using var certificate = new TestCertificate();
        await using var gateway = await ServiceHost.GatewayAsync(
            null, [.. SmallBuffers, .. tls ? certificate.Settings : [], "--Connections:QueueBytes=200000", $"--Rooms:Policies:0:Pattern={room}", "--Rooms:Policies:0:Overflow=DropOldest"]);
        var target = room switch { "all" => Target.All, "ticker" => Target.Room(room), _ => Target.User("slow") };
        await using var client = await WireClient.ConnectAsync(gateway, "slow", receiveBuffer: 4096, query: "&rooms=ticker");
        for (var i = 0; i < Published; i++) await gateway.PublishAsync(target, $"\"{i};{new string('x', 50_000)}\"", $"{i}");

        var received = new List<string>();
        while (received.LastOrDefault() != $"{Published - 1}")
        {
            var frame = JsonDocument.Parse((await client.NextAsync(1)).Text).RootElement;
            received.Add(frame.GetProperty("type").GetString() == "gap" ? frame.GetProperty("content").GetRawText() : frame.GetProperty("id").GetString()!);
        }

        var gap = received.IndexOf($$"""{"room":"{{room}}","reason":"queue"}""");
        Assert.That(gap, Is.Positive);
        Assert.That(received[..gap], Is.EqualTo(Enumerable.Range(0, gap).Select(i => $"{i}")), "written before the queue was full");
        var kept = received.Count - gap - 1;
        Assert.That(received[(gap + 1)..], Is.EqualTo(Enumerable.Range(Published - kept, kept).Select(i => $"{i}")), "the newest, in order");
        Assert.That(kept, Is.InRange(1, 4), "what the limit of the queue allows");
        await client.WriteAsync(ClientFrame.Ping("open"u8.ToArray()));
        Assert.That((await client.NextAsync(10)).Text, Is.EqualTo("open"));
    }

    private static async Task<int> PublishUntilClosingAsync(ServiceHost gateway)
    {
        var connection = gateway.Registry().All()[0];
        var published = 0;
        for (; published < 1000 && !connection.IsClosing; published++) await gateway.PublishAsync(Target.User("slow"), Large);
        await TestTimeout.Until(() => connection.IsClosing, "the overflow");
        return published;
    }

    private static async Task PublishWithKeyAsync(ServiceHost gateway, string key, string json)
    {
        var message = new Message
        {
            Id = key, Type = "test", Target = Target.User("slow"), Timestamp = 0, Key = key, Content = System.Text.Encoding.UTF8.GetBytes(json),
        };
        var result = await gateway.Services.GetRequiredService<IMessagePublisher>().PublishAsync(message, false, default);
        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted));
    }
}
