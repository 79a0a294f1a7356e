using System.Buffers.Binary;
using System.Text;

namespace Gateway.Testing;

/// <summary>A client's frame as bytes, good or bad: every bit of the head can be set.</summary>
internal sealed record ClientFrame(int Opcode)
{
    public byte[] Payload { get; init; } = [];

    public bool Final { get; init; } = true;

    /// <summary>RSV1–3 as a number of three bits.</summary>
    public int Reserved { get; init; }

    public uint? Mask { get; init; } = 0x1234_ABCD;

    /// <summary>What the head says, when it is not the payload's length.</summary>
    public ulong? DeclaredLength { get; init; }

    /// <summary>0, 2 or 8 bytes of extended length; null: the shortest that will do.</summary>
    public int? LengthBytes { get; init; }

    public static ClientFrame Text(string text) => new(1) { Payload = Encoding.UTF8.GetBytes(text) };

    public static ClientFrame Text(byte[] payload, bool final = true) => new(1) { Payload = payload, Final = final };

    public static ClientFrame Continuation(byte[] payload, bool final = true) => new(0) { Payload = payload, Final = final };

    public static ClientFrame Ping(byte[] payload) => new(9) { Payload = payload };

    public static ClientFrame Close(int code, string reason = "") => new(8)
    {
        Payload = [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)],
    };

    public byte[] Bytes()
    {
        var length = DeclaredLength ?? (ulong)Payload.Length;
        var extended = LengthBytes ?? (length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8);
        var bytes = new List<byte>
        {
            (byte)((Final ? 0x80 : 0) | (Reserved << 4) | Opcode),
            (byte)((Mask is null ? 0 : 0x80) | extended switch { 0 => (int)length, 2 => 126, _ => 127 }),
        };
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, length);
        bytes.AddRange(number[(8 - extended)..]);
        if (Mask is not { } mask) return [.. bytes, .. Payload];
        var key = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(key, mask);
        bytes.AddRange(key);
        return [.. bytes, .. Payload.Select((b, i) => (byte)(b ^ key[i % 4]))];
    }
}
