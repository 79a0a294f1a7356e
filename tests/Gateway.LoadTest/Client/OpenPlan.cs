using System.Text;

namespace Gateway.LoadTest.Client;

/// <summary>The connections that a worker opens, and the rooms they join.</summary>
internal sealed record OpenPlan
{
    /// <summary><c>ws://host:port/path</c>; the host is an address or localhost.</summary>
    public required string Url { get; init; }

    /// <summary><c>native</c>, <c>signalr</c> or <c>bare</c> (nothing is joined).</summary>
    public required string Dialect { get; init; }

    /// <summary>Signs the tokens; empty: no token is sent.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Unix seconds at which the tokens end.</summary>
    public long Expires { get; init; }

    /// <summary>Another number creates other tokens for the same users.</summary>
    public int Generation { get; init; }

    /// <summary>The first connection's number.</summary>
    public int First { get; init; }

    public int Count { get; init; }

    /// <summary>Rooms that are distributed over all connections; 0: none is joined and each connection's key is its number.</summary>
    public int Rooms { get; init; }

    /// <summary>Rooms that each connection joins.</summary>
    public int RoomsEach { get; init; } = 1;

    /// <summary>Concurrent handshakes per loop.</summary>
    public int InFlight { get; init; } = 64;

    /// <summary>Timeout of the handshakes and joins.</summary>
    public int Seconds { get; init; } = 60;

    public static string RoomName(uint key) => $"lt{key}";

    /// <summary>The keys in messages to this connection.</summary>
    public uint[] KeysOf(int index)
    {
        if (Rooms == 0) return [(uint)index];
        var keys = new uint[RoomsEach];
        for (var i = 0; i < keys.Length; i++) keys[i] = (uint)(((long)index * RoomsEach + i) % Rooms);
        return keys;
    }

    public byte[] Request(Uri url, TokenMint? mint, int index)
    {
        var token = mint is null ? "" : $"Authorization: Bearer {mint.For(index, Generation)}\r\n";
        return Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{token}\r\n");
    }
}
