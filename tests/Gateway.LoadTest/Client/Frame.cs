using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Client;

/// <summary>The head of a frame as a server sends it: unmasked (RFC 6455 §5.2).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Frame(byte Opcode, bool Final, int HeaderLength, long PayloadLength)
{
    public const byte Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    public long Length => HeaderLength + PayloadLength;

    /// <summary>False while the head itself is not whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length < 2) return false;
        var length = bytes[1] & 0x7F;
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header) return false;
        long payload = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => length,
        };
        frame = new Frame((byte)(bytes[0] & 0x0F), (bytes[0] & 0x80) != 0, header, payload);
        return true;
    }

    /// <summary>A client's frame. The mask is zero: as good as any for the server, and nothing to compute.</summary>
    public static byte[] Masked(byte opcode, ReadOnlySpan<byte> payload)
    {
        var header = Header(opcode, payload.Length, 0x80);
        var frame = new byte[header.Length + 4 + payload.Length];
        header.CopyTo(frame, 0);
        payload.CopyTo(frame.AsSpan(header.Length + 4));
        return frame;
    }

    /// <summary>A server's frame.</summary>
    public static byte[] Unmasked(byte opcode, ReadOnlySpan<byte> payload) => [.. Header(opcode, payload.Length, 0), .. payload];

    private static byte[] Header(byte opcode, int length, byte mask)
    {
        var first = (byte)(0x80 | opcode);
        if (length < 126) return [first, (byte)(mask | length)];
        if (length <= ushort.MaxValue) return [first, (byte)(mask | 126), (byte)(length >> 8), (byte)length];
        var header = new byte[10];
        header[0] = first;
        header[1] = (byte)(mask | 127);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        return header;
    }
}
