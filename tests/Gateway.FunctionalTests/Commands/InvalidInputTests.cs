using System.Net.WebSockets;
using System.Text;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Commands;

/// <summary>Whatever a client sends, it alone gets a response: another one, connected all the while, notices nothing.</summary>
internal sealed class InvalidInputTests
{
    private ServiceHost _gateway = null!;
    private Client _witness = null!;
    private Client _client = null!;
    private int _errors;

    private static IEnumerable<TestCaseData> BadMessages()
    {
        yield return Case("no JSON", "hello", 400);
        yield return Case("empty", "", 400);
        yield return Case("cut off", """{"type":"ping""", 400);
        yield return Case("two objects", """{"type":"ping"}{"type":"ping"}""", 400);
        yield return Case("an array", """[{"type":"ping"}]""", 400);
        yield return Case("a trailing comma", """{"type":"ping",}""", 400);
        yield return Case("NaN", """{"type":"ping","x":NaN}""", 400);
        yield return Case("a NUL in a text", "{\"type\":\"pi\0ng\"}", 400);
        yield return Case("no type", """{"content":"x"}""", 400);
        yield return Case("a type that is no text", """{"type":{"a":1}}""", 400);
        yield return Case("an unknown type", """{"type":"make_coffee"}""", 400);
        yield return Case("a server's type", """{"type":"welcome"}""", 400);
        yield return Case("a type with an escaped NUL", """{"type":"ping\u0000"}""", 400);
        yield return Case("duplicate keys", """{"type":"ping","type":"join_room"}""", 400);
        yield return Case("duplicate keys, one escaped", """{"type":"ping","\u0074ype":"join_room"}""", 400);
        yield return Case("duplicate keys deep inside", """{"type":"room_message","room":"lobby","content":{"a":{"b":1,"b":2}}}""", 400);
        yield return Case("a lone surrogate as type", """{"type":"\ud800"}""", 400);
        yield return Case("a lone surrogate as ref", """{"type":"ping","ref":"\udc00"}""", 400);
        yield return Case("a lone surrogate as a key", """{"type":"ping","\ud800":1}""", 400);
        yield return Case("a lone surrogate as room", """{"type":"join_room","content":"\ud800x"}""", 400);
        yield return Case("a lone surrogate in the content", """{"type":"room_message","room":"lobby","content":{"text":"\ud83d"}}""", 400);
        yield return Case("surrogates in the wrong order", """{"type":"room_message","room":"lobby","content":"\ude00\ud83d"}""", 400);
        yield return Case("a ref too long", $$"""{"type":"ping","ref":"{{new string('r', 129)}}"}""", 400);
        yield return Case("an id too long", $$"""{"type":"ping","id":"{{new string('i', 65)}}"}""", 400);
        yield return Case("too deep", $$"""{"type":"room_message","room":"lobby","content":{{Deep(20)}}}""", 413);
        yield return Case("far too deep", $$"""{"type":"room_message","room":"lobby","content":{{Deep(20_000)}}}""", 413);
        yield return Case("no room", """{"type":"join_room"}""", 400);
        yield return Case("a room with a *", """{"type":"join_room","room":"chat:*"}""", 400);
        yield return Case("a room with a blank", """{"type":"join_room","room":"chat 1"}""", 400);
        yield return Case("a room with a line end", """{"type":"join_room","room":"chat\r\nPUBLISH x"}""", 400);
        yield return Case("a room too long", $$"""{"type":"join_room","room":"{{new string('a', 129)}}"}""", 400);
        yield return Case("an unknown room", """{"type":"room_message","room":"nowhere","content":"x"}""", 404);
        yield return Case("somebody's room", """{"type":"join_room","room":"user:witness"}""", 403);
        yield return Case("no content", """{"type":"room_message","room":"lobby"}""", 400);
        yield return Case("a content that is a list", """{"type":"room_message","room":"lobby","content":[1]}""", 400);
        yield return Case("no receiver", """{"type":"user_message","content":"x"}""", 400);
        yield return Case("a receiver with a blank", """{"type":"user_message","to":"a b","content":"x"}""", 400);
    }

    private static IEnumerable<TestCaseData> BadFrames()
    {
        yield return new TestCaseData(2, new byte[] { 1, 2 }, 1003).SetArgDisplayNames("binary");
        yield return new TestCaseData(1, new byte[] { 0xC3, 0x28 }, 1007).SetArgDisplayNames("bad UTF-8");
        yield return new TestCaseData(1, new byte[] { 0xED, 0xA0, 0x80 }, 1007).SetArgDisplayNames("a surrogate in UTF-8");
        yield return new TestCaseData(3, Array.Empty<byte>(), 1002).SetArgDisplayNames("a reserved opcode");
        yield return new TestCaseData(0, new byte[] { 65 }, 1002).SetArgDisplayNames("a continuation of nothing");
        yield return new TestCaseData(9, new byte[126], 1002).SetArgDisplayNames("a long ping");
        yield return new TestCaseData(1, new byte[70_000], 1009).SetArgDisplayNames("too long");
    }

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await ServiceHost.GatewayAsync();
        _witness = await Client.ConnectAsync(_gateway, "witness", "rooms=lobby");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _witness.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [SetUp]
    public async Task Connect()
    {
        _errors = Errors();
        _client = await Client.ConnectAsync(_gateway, "mallory", "rooms=lobby");
    }

    [TearDown]
    public async Task The_witness_sees_the_marker_and_nothing_else()
    {
        await _client.DisposeAsync();
        await _gateway.Publisher.BroadcastToRoomAsync("lobby", new OutgoingMessage { Type = "marker" });
        Assert.That((await _witness.UntilMarkerAsync()).Types(), Is.EqualTo(["marker"]));
        Assert.That(Errors(), Is.EqualTo(_errors), "a client's fault is no error of the gateway");
    }

    [TestCaseSource(nameof(BadMessages))]
    public async Task An_invalid_message_gets_an_error_with_its_code_and_the_connection_stays(string text, int code)
    {
        await _client.SendAsync(text);

        (await _client.NextAsync()).MustBeError(code);
        Assert.That(await _client.UntilPongAsync(), Is.Empty);
    }

    [TestCaseSource(nameof(BadFrames))]
    public async Task An_invalid_frame_closes_the_connection_with_its_code_and_without_a_reset(int opcode, byte[] payload, int code)
    {
        await using var raw = await WireClient.ConnectAsync(_gateway, "mallory");

        await raw.WriteAsync(new ClientFrame(opcode) { Payload = payload });

        Assert.That(await raw.EndAsync(), Is.EqualTo(new Ending(code, Reset: false, Frames: 1)));
    }

    [Test]
    public async Task A_number_beyond_all_bounds_passes_as_it_is()
    {
        await _client.SendAsync("""{"type":"user_message","to":"mallory","content":{"n":1e999}}""");

        Assert.That((await _client.NextAsync("user_message")).Content("n").GetRawText(), Is.EqualTo("1e999"));
    }

    [Test]
    public async Task An_emoji_written_as_two_escapes_is_good()
    {
        await _client.SendAsync("""{"type":"user_message","to":"mallory","content":{"text":"\ud83d\ude00 \\ud800"}}""");

        Assert.That((await _client.NextAsync("user_message")).Text(), Is.EqualTo("😀 \\ud800"));
    }

    [Test]
    public async Task A_binary_message_from_a_well_behaved_client_is_1003_too()
    {
        await _client.SendAsync(Encoding.UTF8.GetBytes("""{"type":"ping"}"""), WebSocketMessageType.Binary);

        Assert.That((await TestTimeout.For(_client.Closed, "the close")).Code, Is.EqualTo(1003));
    }

    private static TestCaseData Case(string name, string text, int code) => new TestCaseData(text, code).SetArgDisplayNames(name);

    private int Errors() => _gateway.Logs.Lines.Count(line => line.StartsWith("Error", StringComparison.Ordinal));

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);
}
