using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Measure;

/// <summary>
/// The marker in every published content: <c>LT</c>, the phase (2 hex digits), key (room or user, 8), sequence (8) and the
/// time of publishing (16). Letters and digits only, so that no encoder changes it and a receiver finds it without parsing JSON.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Marker(uint Key, uint Sequence)
{
    public const int Length = 36;
    private const int KeyAt = 4, SequenceAt = 12, TimeAt = 20;
    private const ulong Nibbles = 0x0F0F0F0F0F0F0F0F;

    /// <summary>The four bytes that begin every marker of a phase: messages of an earlier phase are ignored.</summary>
    public static uint Tag(byte phase) => 'L' | (uint)'T' << 8 | (uint)Digit(phase >> 4) << 16 | (uint)Digit(phase & 15) << 24;

    public static void Write(Span<byte> bytes, byte phase, uint key, uint sequence, long time)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Tag(phase));
        WriteHex(bytes.Slice(KeyAt, 8), key);
        WriteHex(bytes.Slice(SequenceAt, 8), sequence);
        WriteHex(bytes.Slice(TimeAt, 16), (ulong)time);
    }

    /// <summary>Reads the fields after a tag found at the beginning of <paramref name="bytes"/>.</summary>
    public static Marker Read(ReadOnlySpan<byte> bytes) => new(ReadHex(bytes[KeyAt..]), ReadHex(bytes[SequenceAt..]));

    public static long ReadTime(ReadOnlySpan<byte> bytes) =>
        (long)((ulong)ReadHex(bytes[TimeAt..]) << 32 | ReadHex(bytes[(TimeAt + 8)..]));

    // Eight hex digits at once: letters have bit 6 set and lie 9 above their low nibble.
    private static uint ReadHex(ReadOnlySpan<byte> bytes)
    {
        var text = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var digits = (text & Nibbles) + 9 * ((text >> 6) & 0x0101010101010101);
        digits = (digits | digits >> 4) & 0x00FF00FF00FF00FF;
        digits = (digits | digits >> 8) & 0x0000FFFF0000FFFF;
        return (uint)(digits | digits >> 16);
    }

    private static void WriteHex(Span<byte> bytes, ulong value)
    {
        for (var i = bytes.Length - 1; i >= 0; i--, value >>= 4) bytes[i] = Digit((int)(value & 15));
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
