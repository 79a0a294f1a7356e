using System.Text;

namespace Gateway.FunctionalTests.Wire;

/// <summary>A frame out of a seeded random: most are such as a connection survives, so that what follows them is read too.</summary>
internal static class HostileFrame
{
    private static readonly string[] Texts =
    [
        """{"type":"ping"}""", """{"type":"join_room","room":"a"}""", """{"type":"room_message","room":"a","content":"x"}""",
        """{"type":"leave_room","room":"a"}""", """{"type":"user_message","to":"nobody","content":{"text":"x"}}""",
        """{"type":"join_room","room":"*"}""", """{"type":1e999}""", """{"type":"ping","ref":1e999}""", """{"type":"ping","type":"ping"}""",
        "", "ping", "null", "[]", "{", "\"", "{\"type\":\"pi\u0000ng\"}", """{"type":"\ud800"}""", """{"type":"chat","to":"x","content":{"a":"\udc00"}}""",
        """{"\ud800":1,"\ud800":2}""", """{"type":"room_message","room":"a","content":{"\udfff":1}}""", """{"type":"refresh_token","content":"a.b.c"}""",
        new string('[', 20_000), """{"a":""" + new string('[', 5_000), "{\"type\":\"" + new string('x', 60_000) + "\"}",
    ];

    public static ClientFrame Next(Random random) => random.Next(100) switch
    {
        < 50 => ClientFrame.Text(Texts[random.Next(Texts.Length)]),
        < 65 => ClientFrame.Ping(Bytes(random, random.Next(126))),
        < 70 => new ClientFrame(10) { Payload = Bytes(random, random.Next(126)) },
        < 80 => ClientFrame.Text(Mutated(random)),
        < 90 => ClientFrame.Text(Texts[random.Next(15)]) with { Mask = (uint)random.Next() },
        < 92 => ClientFrame.Text(Bytes(random, random.Next(2_000))),
        < 94 => ClientFrame.Text("{"u8.ToArray(), final: false),
        < 95 => ClientFrame.Continuation("}"u8.ToArray(), random.Next(2) == 0),
        < 96 => ClientFrame.Close(random.Next(65_536)),
        < 97 => new ClientFrame(random.Next(16)) { Payload = Bytes(random, random.Next(300)), Reserved = random.Next(8) },
        < 98 => new ClientFrame(1) { Payload = Bytes(random, 50), DeclaredLength = (ulong)random.NextInt64() },
        < 99 => new ClientFrame(random.Next(3)) { Payload = Bytes(random, random.Next(100)), Mask = null, Final = random.Next(2) == 0 },
        _ => ClientFrame.Text(new string('x', random.Next(60_000, 70_000))),
    };

    /// <summary>Good JSON with one byte changed to another of ASCII.</summary>
    private static byte[] Mutated(Random random)
    {
        var text = Encoding.UTF8.GetBytes(Texts[random.Next(8)]);
        text[random.Next(text.Length)] = (byte)random.Next(128);
        return text;
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
