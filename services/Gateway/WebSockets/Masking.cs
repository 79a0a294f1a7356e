using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.WebSockets;

/// <summary>RFC 6455 section 5.3: byte i of the payload is XORed with byte i mod 4 of the mask.</summary>
internal static class Masking
{
    public static void Unmask(in ReadOnlySequence<byte> masked, uint mask, Span<byte> plain)
    {
        masked.CopyTo(plain);
        Apply(plain[..(int)masked.Length], mask);
    }

    private static void Apply(Span<byte> bytes, uint mask)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(bytes);
        var wide = new Vector<uint>(mask);
        foreach (ref var vector in vectors) vector ^= wide;
        var done = vectors.Length * Vector<byte>.Count;
        for (var i = done; i < bytes.Length; i++) bytes[i] ^= (byte)(mask >> (8 * (i & 3)));
    }
}
