using System.Text;

namespace Gateway.LoadTest.Client;

/// <summary>The frames with which a client joins, and how it recognizes the responses.</summary>
internal sealed class Dialect
{
    private static readonly byte[] None = [];

    /// <summary>Occurs once in the response to each join.</summary>
    public byte[] Joined { get; private init; } = None;

    /// <summary>Occurs in a response that refuses the join.</summary>
    public byte[] Refused { get; private init; } = None;

    /// <summary>The number of responses other than those to joins.</summary>
    public byte[] Greeting { get; private init; } = None;

    public bool Joins => Joined.Length > 0;

    private Func<string, int, string> JoinText { get; init; } = (_, _) => "";

    public static Dialect Of(string name) => name switch
    {
        "native" => new Dialect
        {
            Joined = """
                "type":"ack"
                """u8.ToArray(),
            Refused = """
                "type":"error"
                """u8.ToArray(),
            JoinText = (room, i) => $$"""{"type":"join_room","room":"{{room}}","ref":"{{i}}"}""",
        },
        "signalr" => new Dialect
        {
            Greeting = Frame.Masked(Frame.Text, "{\"protocol\":\"json\",\"version\":1}\u001e"u8),
            Joined = """
                "type":3
                """u8.ToArray(),
            Refused = """
                "error":
                """u8.ToArray(),
            JoinText = (room, i) => $$"""{"type":1,"target":"Join","arguments":["{{room}}"],"invocationId":"{{i}}"}""" + "\u001e",
        },
        "bare" => new Dialect(),
        _ => throw new ArgumentException($"'{name}' is no dialect: native, signalr or bare", nameof(name)),
    };

    /// <summary>All frames a client sends after the handshake.</summary>
    public byte[] Opening(IEnumerable<string> rooms)
    {
        var frames = rooms.Select((room, i) => Frame.Masked(Frame.Text, Encoding.UTF8.GetBytes(JoinText(room, i + 1))));
        return [.. Greeting, .. Joins ? frames.SelectMany(f => f) : []];
    }
}
