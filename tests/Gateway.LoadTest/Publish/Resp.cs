using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gateway.LoadTest.Publish;

/// <summary>The part of the Redis protocol that publishing and subscribing use.</summary>
internal static class Resp
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<string> command)
    {
        Text(output, string.Create(CultureInfo.InvariantCulture, $"*{command.Length}\r\n"));
        foreach (var argument in command)
            Text(output, string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(argument)}\r\n{argument}\r\n"));
    }

    /// <summary>
    /// Takes one push from the beginning of <paramref name="bytes"/>; false while it is not complete. Only a published message has
    /// a payload; other replies (to the subscription) have an empty one.
    /// </summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> channel, out ReadOnlySpan<byte> payload)
    {
        channel = payload = default;
        var rest = bytes;
        if (!TryLine(ref rest, (byte)'*', out var elements)) return false;
        for (var i = 0; i < elements; i++)
        {
            if (rest.IsEmpty) return false;
            if (rest[0] == ':')
            {
                if (!TryLine(ref rest, (byte)':', out _)) return false;
                continue;
            }

            if (!TryLine(ref rest, (byte)'$', out var length) || rest.Length < length + 2) return false;
            // pmessage, pattern, channel, payload
            if (elements == 4 && i == 2) channel = rest[..length];
            if (elements == 4 && i == 3) payload = rest[..length];
            rest = rest[(length + 2)..];
        }

        bytes = rest;
        return true;
    }

    private static bool TryLine(scoped ref ReadOnlySpan<byte> bytes, byte kind, out int value)
    {
        value = 0;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0) return false;
        if (bytes[0] != kind || !Utf8Parser.TryParse(bytes[1..end], out value, out _))
            throw new InvalidDataException($"Redis sent an unexpected reply: {Encoding.UTF8.GetString(bytes[..end])}");
        bytes = bytes[(end + 2)..];
        return true;
    }

    private static void Text(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
