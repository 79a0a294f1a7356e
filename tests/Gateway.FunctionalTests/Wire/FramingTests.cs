using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>RFC 6455 as the well-known conformance suite walks through it: sizes, segments, pings, fragments. A room is the echo.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class FramingTests(bool takeover)
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        null, $"--Sockets:Takeover={takeover}", "--Connections:MaxMessageBytes=524288", "--Connections:MessagesPerSecond=0", "--Connections:MaxErrorsPerMinute=0",
        "--Connections:QueueBytes=67108864", "--Connections:MaxMessageFragments=1000000");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase(125)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(200_000)]
    public async Task A_message_of_any_size_comes_back_whole(int size)
    {
        await using var client = await InRoomAsync();
        var message = Message(size, out var text);
        await client.WriteAsync(ClientFrame.Text(message));
        await client.NextAsync(1, text);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(64)]
    [TestCase(997)]
    public async Task Segments_of_any_size_change_nothing(int segment)
    {
        await using var client = await InRoomAsync();
        var bytes = ClientFrame.Text(Message(segment == 1 ? 2_000 : 70_000, out var text)).Bytes();
        for (var at = 0; at < bytes.Length; at += segment) await client.WriteAsync(bytes.AsMemory(at, Math.Min(segment, bytes.Length - at)));
        await client.NextAsync(1, text);
    }

    [TestCase(1)]
    [TestCase(64)]
    [TestCase(997)]
    [TestCase(16_384)]
    public async Task Fragments_of_any_size_with_pings_between_are_one_message(int fragment)
    {
        await using var client = await InRoomAsync();
        var message = Message(fragment == 1 ? 1_000 : 70_000, out var text);
        var pings = 0;
        for (var at = 0; at < message.Length; at += fragment)
        {
            var last = at + fragment >= message.Length;
            var part = message[at..Math.Min(at + fragment, message.Length)];
            await client.WriteAsync(at == 0 ? ClientFrame.Text(part, last) : ClientFrame.Continuation(part, last));
            await client.WriteAsync(new ClientFrame(10) { Payload = [1] });
            await client.WriteAsync(ClientFrame.Ping(BitConverter.GetBytes(pings++)));
        }

        for (var i = 0; i < pings - 1; i++) Assert.That((await client.NextAsync(10)).Payload, Is.EqualTo(BitConverter.GetBytes(i)));
        await client.NextAsync(1, text);
    }

    [Test]
    public async Task A_ping_of_any_size_comes_back_as_its_pong()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        for (var size = 0; size <= 125; size++)
        {
            var payload = Enumerable.Range(0, size).Select(i => (byte)(255 - i)).ToArray();
            await client.WriteAsync(ClientFrame.Ping(payload));
            Assert.That((await client.NextAsync(10)).Payload, Is.EqualTo(payload));
        }
    }

    [Test]
    public async Task A_pong_that_nobody_asked_for_is_passed_over()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        for (var size = 0; size <= 125; size++) await client.WriteAsync(new ClientFrame(10) { Payload = new byte[size] });
        await client.WriteAsync(ClientFrame.Ping("after"u8.ToArray()));
        Assert.That((await client.NextAsync(10)).Text, Is.EqualTo("after"));
    }

    [Test]
    public async Task Invalid_UTF8_closes_with_1007_before_its_frame_is_complete()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        var frame = ClientFrame.Text([.. "valid"u8, 0xFF, .. new byte[100]]).Bytes();
        await client.WriteAsync(frame.AsMemory(0, frame.Length - 100));
        Assert.That((await client.NextAsync(8)).CloseCode, Is.EqualTo(1007));
    }

    [Test]
    public async Task An_empty_message_is_an_error_frame_and_no_end()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        await client.WriteAsync(ClientFrame.Text(""));
        await client.NextAsync(1, "\"error\"");
        await client.WriteAsync(ClientFrame.Text("""{"type":"ping"}"""));
        await client.NextAsync(1, "\"pong\"");
    }

    [TestCase(0, 1005)]
    [TestCase(1000, 1000)]
    [TestCase(1001, 1001)]
    [TestCase(1002, 1002)]
    [TestCase(1003, 1003)]
    [TestCase(1007, 1007)]
    [TestCase(1008, 1008)]
    [TestCase(1009, 1009)]
    [TestCase(1010, 1010)]
    [TestCase(1011, 1011)]
    [TestCase(3000, 3000)]
    [TestCase(3999, 3999)]
    [TestCase(4000, 4000)]
    [TestCase(4999, 4999)]
    public async Task A_close_gets_its_own_code_back_and_what_follows_it_is_ignored(int code, int response)
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        var close = code == 0 ? new ClientFrame(8) : ClientFrame.Close(code, new string('r', 123));
        await client.WriteAsync((byte[])[.. close.Bytes(), .. ClientFrame.Ping([1]).Bytes(), .. ClientFrame.Text("late").Bytes()]);
        Assert.That(await client.EndAsync(), Is.EqualTo(new Ending(response, Reset: false, Frames: 1)));
    }

    private static byte[] Message(int size, out string text)
    {
        const string before = """{"type":"room_message","room":"echo","content":{"text":"a""", after = "b\"}}";
        text = $"a{new string('€', (size - before.Length - after.Length) / 3)}{new string('x', (size - before.Length - after.Length) % 3)}b";
        var message = System.Text.Encoding.UTF8.GetBytes(before[..^1] + text + after[1..]);
        Assert.That(message, Has.Length.EqualTo(size));
        return message;
    }

    private async Task<WireClient> InRoomAsync()
    {
        var client = await WireClient.ConnectAsync(_gateway, "alice");
        await client.WriteAsync(ClientFrame.Text("""{"type":"join_room","room":"echo","ref":"joined"}"""));
        await client.NextAsync(1, "joined");
        return client;
    }
}
