using System.Buffers.Binary;
using System.Text.Unicode;

namespace Gateway.Connections;

/// <summary>How a peer's closing frame is answered: RFC 6455 section 5.5.1.</summary>
internal static class PeerClose
{
    /// <summary>The peer's own code back, or what is wrong with its frame.</summary>
    public static CloseCode Answer(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == 0) return CloseCode.NoStatus;
        if (payload.Length == 1) return CloseCode.Protocol.Because("a close code has two bytes");
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!CloseCode.MayBeSent(code)) return CloseCode.Protocol.Because("not a close code that may be sent");
        return Utf8.IsValid(payload[2..]) ? new CloseCode(code, "") : CloseCode.BadUtf8;
    }
}
