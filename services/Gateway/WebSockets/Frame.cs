using System.Buffers.Binary;
using System.Text;
using Gateway.Contracts;

namespace Gateway.WebSockets;

/// <summary>
/// The bytes of one whole server frame. Server frames are not masked (RFC 6455 section 5.1), so the same bytes serve every socket.
/// </summary>
internal sealed class Frame(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>The message's target, for those frames that carry a message.</summary>
    public Target? Target { get; init; }

    /// <summary>Latest-wins key inside the target.</summary>
    public string? Key { get; init; }

    /// <summary>The bytes without the frame's header.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes.AsMemory(Bytes[1] switch { < 126 => 2, 126 => 4, _ => 10 });

    public static Frame Text(ReadOnlySpan<byte> payload, Target? target = null) => new(Build(Opcode.Text, payload)) { Target = target };

    public static Frame Message(ReadOnlySpan<byte> payload, Message message) =>
        new(Build(Opcode.Text, payload)) { Target = message.Target, Key = message.Key };

    public static Frame Control(Opcode opcode, ReadOnlySpan<byte> payload) => new(Build(opcode, payload));

    /// <summary>RFC 6455 section 5.5.1: a code and at most 123 bytes of reason.</summary>
    public static Frame Close(int code, string reason)
    {
        Span<byte> payload = stackalloc byte[125];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.TryGetBytes(reason, payload[2..], out var length);
        return Control(Opcode.Close, payload[..(2 + length)]);
    }

    public bool Replaces(Frame older) => Key is not null && Key == older.Key && Target == older.Target;

    private static byte[] Build(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };
        var bytes = GC.AllocateUninitializedArray<byte>(header + payload.Length);
        bytes[0] = (byte)(0x80 | (byte)opcode);
        switch (header)
        {
            case 2:
                bytes[1] = (byte)payload.Length;
                break;
            case 4:
                bytes[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                bytes[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), (ulong)payload.Length);
                break;
        }

        payload.CopyTo(bytes.AsSpan(header));
        return bytes;
    }
}
