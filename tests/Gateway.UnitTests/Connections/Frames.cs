using System.Text;
using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.UnitTests.Connections;

/// <summary>Server frames for tests, and what they carry.</summary>
internal static class Frames
{
    public static Frame Text(string text) => Frame.Text(Encoding.UTF8.GetBytes(text));

    public static Frame Message(string text, Target target, string? key = null) =>
        Frame.Message(Encoding.UTF8.GetBytes(text), new Message { Id = "i", Type = "t", Target = target, Timestamp = 0, Key = key });

    public static Frame Gap(Target target) => Text($"gap {target}");

    public static string Payload(Frame frame) => Split(frame.Bytes).Single().Payload;

    /// <summary>A run of bytes as its frames; fails where they are not whole.</summary>
    public static List<(int Opcode, string Payload)> Split(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(int, string)>();
        while (!bytes.IsEmpty)
        {
            var (head, length) = bytes[1] switch
            {
                126 => (4, (bytes[2] << 8) | bytes[3]),
                127 => (10, (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
                var small => (2, small),
            };
            frames.Add((bytes[0] & 15, Encoding.UTF8.GetString(bytes.Slice(head, length))));
            bytes = bytes[(head + length)..];
        }

        return frames;
    }
}
