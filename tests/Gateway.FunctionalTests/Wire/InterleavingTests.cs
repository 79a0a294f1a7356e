using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

internal sealed class InterleavingTests
{
    private const int Count = 4_000;

    [Test]
    public async Task Messages_pongs_and_responses_never_interleave_on_a_slow_connection()
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            null, "--Connections:QueueBytes=67108864", "--Connections:QueueFrames=1000000", "--Connections:SendBufferBytes=4608", "--Connections:MessagesPerSecond=0");
        await using var client = await WireClient.ConnectAsync(gateway, "alice", receiveBuffer: 4096);
        var filling = new string('x', 300);
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++) await gateway.PublishAsync(Target.User("alice"), $"\"message {i};{filling}\"");
        });
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await client.WriteAsync(ClientFrame.Ping(BitConverter.GetBytes(i)));
                await client.WriteAsync(ClientFrame.Text($$"""{"type":"ping","ref":"{{i}}"}"""));
            }
        });
        int messages = 0, pongs = 0, responses = 0;
        while (messages + pongs + responses < 3 * Count)
        {
            var frame = await TestTimeout.For(client.ReadAsync(), "a frame");
            if (frame!.Opcode == 10) Assert.That(frame.Payload, Is.EqualTo(BitConverter.GetBytes(pongs++)));
            else if (frame.Text.Contains("\"pong\"", StringComparison.Ordinal)) Assert.That(frame.Text, Does.Contain($"\"ref\":\"{responses++}\""));
            else Assert.That(frame.Text, Does.Contain($"\"message {messages++};{filling}\""));
        }

        await publishing;
        await sending;
        Assert.That((messages, pongs, responses), Is.EqualTo((Count, Count, Count)));
    }
}
