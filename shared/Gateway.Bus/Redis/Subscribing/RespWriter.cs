using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Commands as RESP arrays of bulk strings.</summary>
internal static class RespWriter
{
    private const int LongestHeader = 16;

    public static void WriteArray(this ArrayBufferWriter<byte> buffer, int count) => Header(buffer, (byte)'*', count);

    public static void WriteBulk(this ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        Header(buffer, (byte)'$', bytes.Length);
        buffer.Write(bytes);
        buffer.Write("\r\n"u8);
    }

    public static void WriteCommand(this ArrayBufferWriter<byte> buffer, params ReadOnlySpan<string> words)
    {
        buffer.WriteArray(words.Length);
        foreach (var word in words) buffer.WriteBulk(Encoding.UTF8.GetBytes(word));
    }

    private static void Header(ArrayBufferWriter<byte> buffer, byte sign, int number)
    {
        var span = buffer.GetSpan(LongestHeader);
        span[0] = sign;
        Utf8Formatter.TryFormat(number, span[1..], out var digits);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        buffer.Advance(digits + 3);
    }
}
