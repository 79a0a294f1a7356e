using System.Buffers;
using System.Buffers.Binary;

namespace Gateway.WebSockets;

/// <summary>
/// The head of a client's frame, RFC 6455 section 5.2:
/// <code>
///  byte 0             byte 1           then
///  F R R R  opcode    M  length        2 or 8 bytes of length when the seven bits say 126 or 127,
///  4 bits   4 bits    1  7 bits        4 bytes of mask (a client always masks), the payload
/// </code>
/// The extended length is read before anything is allocated, and nothing is ever allocated by it.
/// </summary>
internal readonly record struct FrameHeader(Opcode Opcode, bool Final, long Length, uint Mask, int Size)
{
    private const int MaxControlLength = 125;

    public bool IsControl => Opcode >= Opcode.Close;

    /// <summary>Reads a header; null with no violation means that more bytes are needed.</summary>
    public static FrameHeader? TryRead(in ReadOnlySequence<byte> buffer, out CloseCode? violation)
    {
        Span<byte> bytes = stackalloc byte[14];
        var length = (int)Math.Min(buffer.Length, bytes.Length);
        buffer.Slice(0, length).CopyTo(bytes);
        return TryRead(bytes[..length], out violation);
    }

    private static FrameHeader? TryRead(ReadOnlySpan<byte> bytes, out CloseCode? violation)
    {
        violation = null;
        if (bytes.Length < 2) return null;
        var opcode = (Opcode)(bytes[0] & 0x0F);
        var final = (bytes[0] & 0x80) != 0;
        var short7 = bytes[1] & 0x7F;
        violation = Fault(bytes, opcode, final, short7);
        if (violation is not null) return null;
        var size = short7 switch { < 126 => 6, 126 => 8, _ => 14 };
        if (bytes.Length < size) return null;
        var length = short7 switch
        {
            < 126 => (ulong)short7,
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        if (length > long.MaxValue)
        {
            violation = CloseCode.Protocol.Because("the first bit of a length is zero");
            return null;
        }

        if ((size == 8 && length < 126) || (size == 14 && length <= ushort.MaxValue))
        {
            violation = CloseCode.Protocol.Because("length is not in its shortest form");
            return null;
        }

        return new FrameHeader(opcode, final, (long)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes[(size - 4)..]), size);
    }

    private static CloseCode? Fault(ReadOnlySpan<byte> bytes, Opcode opcode, bool final, int short7)
    {
        if ((bytes[0] & 0x70) != 0) return CloseCode.Protocol.Because("reserved bits are set, no extension was agreed");
        if (opcode is not (Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong))
            return CloseCode.Protocol.Because("unknown opcode");
        if ((bytes[1] & 0x80) == 0) return CloseCode.Protocol.Because("a client's frames are masked");
        if (opcode < Opcode.Close) return null;
        if (!final) return CloseCode.Protocol.Because("a control frame is not fragmented");
        return short7 > MaxControlLength ? CloseCode.Protocol.Because("a control frame has at most 125 bytes") : null;
    }
}

/// <summary>RFC 6455 section 5.2.</summary>
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
