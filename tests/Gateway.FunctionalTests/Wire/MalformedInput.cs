
namespace Gateway.FunctionalTests.Wire;

/// <summary>What a client must not send, and the close code it gets for it. For a gateway with 1,024 bytes and 16 fragments per message.</summary>
internal sealed record MalformedInput(string Name, int CloseCode, params ClientFrame[] Frames)
{
    public const int MaxBytes = 1024;
    public const int MaxFragments = 16;

    private static readonly ClientFrame Begin = ClientFrame.Text("begin"u8.ToArray(), final: false);

    public static readonly MalformedInput[] All =
    [
        new("reserved bit 1", 1002, ClientFrame.Text("{}") with { Reserved = 4 }),
        new("reserved bit 2", 1002, ClientFrame.Text("{}") with { Reserved = 2 }),
        new("reserved bit 3", 1002, ClientFrame.Text("{}") with { Reserved = 1 }),
        new("reserved bit on a ping", 1002, ClientFrame.Ping([]) with { Reserved = 4 }),
        new("opcode 3", 1002, new ClientFrame(3) { Payload = [1] }),
        new("opcode 7", 1002, new ClientFrame(7)),
        new("opcode 11", 1002, new ClientFrame(11) { Payload = [1] }),
        new("opcode 15", 1002, new ClientFrame(15)),
        new("an unmasked text", 1002, ClientFrame.Text("{}") with { Mask = null }),
        new("an unmasked empty text", 1002, ClientFrame.Text("") with { Mask = null }),
        new("an unmasked close", 1002, ClientFrame.Close(1000) with { Mask = null }),
        new("a fragmented ping", 1002, ClientFrame.Ping([1]) with { Final = false }),
        new("a fragmented close", 1002, ClientFrame.Close(1000) with { Final = false }),
        new("a ping of 126 bytes", 1002, ClientFrame.Ping(new byte[126])),
        new("a close of 126 bytes", 1002, ClientFrame.Close(1000, new string('x', 124))),
        new("a ping that declares 64 bits", 1002, ClientFrame.Ping([]) with { DeclaredLength = 70_000 }),
        new("a continuation of nothing", 1002, ClientFrame.Continuation([])),
        new("a continuation after a whole message", 1002, ClientFrame.Text("""{"type":"ping"}"""), ClientFrame.Continuation("x"u8.ToArray())),
        new("a message inside another", 1002, Begin, ClientFrame.Text("{}")),
        new("a close code below 1000", 1002, ClientFrame.Close(999)),
        new("close code 1004", 1002, ClientFrame.Close(1004)),
        new("close code 1005", 1002, ClientFrame.Close(1005)),
        new("close code 1006", 1002, ClientFrame.Close(1006)),
        new("close code 1015", 1002, ClientFrame.Close(1015)),
        new("close code 2999", 1002, ClientFrame.Close(2999)),
        new("close code 5000", 1002, ClientFrame.Close(5000)),
        new("half a close code", 1002, new ClientFrame(8) { Payload = [3] }),
        new("a close reason that is not UTF-8", 1007, new ClientFrame(8) { Payload = [3, 0xE8, 0xCE, 0xFF] }),
        new("a length of 2^31-1", 1009, new ClientFrame(1) { DeclaredLength = int.MaxValue, Payload = [1] }),
        new("a length of 2^32", 1009, new ClientFrame(1) { DeclaredLength = 1UL << 32, Payload = [1] }),
        new("a length of 2^63-1", 1009, new ClientFrame(1) { DeclaredLength = long.MaxValue, Payload = [1] }),
        new("a length of 2^63", 1002, new ClientFrame(1) { DeclaredLength = 1UL << 63, Payload = [1] }),
        new("a length of 2^64-1", 1002, new ClientFrame(1) { DeclaredLength = ulong.MaxValue, Payload = [1] }),
        new("5 bytes in 16 bits of length", 1002, ClientFrame.Text("12345") with { LengthBytes = 2 }),
        new("5 bytes in 64 bits of length", 1002, ClientFrame.Text("12345") with { LengthBytes = 8 }),
        new("200 bytes in 64 bits of length", 1002, ClientFrame.Text(new byte[200]) with { LengthBytes = 8 }),
        new("text that is not UTF-8", 1007, ClientFrame.Text([0xCE, 0xBA, 0xED, 0xA0, 0x80, 0x65])),
        new("overlong UTF-8", 1007, ClientFrame.Text([0xC0, 0xAF])),
        new("text that is not UTF-8 in its second fragment", 1007, ClientFrame.Text([0xE2, 0x82], final: false), ClientFrame.Continuation([0x41])),
        new("a character that an empty fragment ends", 1007, ClientFrame.Text([0xE2, 0x82], final: false), ClientFrame.Continuation([])),
        new("bad text in a message that does not end", 1007, ClientFrame.Text([0xFF], final: false)),
        new("binary", 1003, new ClientFrame(2) { Payload = [1, 2, 3] }),
        new("an empty binary", 1003, new ClientFrame(2)),
        new("a message one byte too large", 1009, ClientFrame.Text(new string('x', MaxBytes + 1))),
        new("fragments that are too large together", 1009, ClientFrame.Text(new byte[MaxBytes], final: false), ClientFrame.Continuation([1])),
        new("one fragment too many", 1008, [Begin, .. Enumerable.Repeat(ClientFrame.Continuation([], final: false), MaxFragments)]),
        new("garbage that begins like HTTP", 1002, new ClientFrame(0) { Payload = "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Mask = null, Final = false, Reserved = 4 }),
    ];

    public byte[] Bytes => [.. Frames.SelectMany(frame => frame.Bytes())];

    public override string ToString() => Name;
}
