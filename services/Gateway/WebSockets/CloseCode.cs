using System.Buffers.Binary;
using System.Text.Unicode;

namespace Gateway.WebSockets;

/// <summary>Why a connection ended: RFC 6455 section 7.4 and the gateway's own. The one table of code, log, metric and docs.</summary>
internal readonly record struct CloseCode(int Code, string Text)
{
    public static readonly CloseCode Normal = new(1000, "normal");
    public static readonly CloseCode GoingAway = new(1001, "going away");
    public static readonly CloseCode Protocol = new(1002, "protocol error");
    public static readonly CloseCode Unsupported = new(1003, "binary is not accepted");
    public static readonly CloseCode NoStatus = new(1005, "no status");
    public static readonly CloseCode Abnormal = new(1006, "connection lost");
    public static readonly CloseCode InvalidUtf8 = new(1007, "text is not UTF-8");
    public static readonly CloseCode Policy = new(1008, "policy");
    public static readonly CloseCode TooLarge = new(1009, "message too large");
    public static readonly CloseCode Error = new(1011, "internal error");
    public static readonly CloseCode Restart = new(1012, "service restart");
    public static readonly CloseCode TryLater = new(1013, "try again later");
    public static readonly CloseCode TokenExpired = new(4401, "token expired");
    public static readonly CloseCode Forbidden = new(4403, "revoked or forbidden");
    public static readonly CloseCode NoSignOfLife = new(4408, "no sign of life");
    public static readonly CloseCode Replaced = new(4409, "replaced by a newer connection");
    public static readonly CloseCode TooSlow = new(4429, "too slow");

    /// <summary>The same code with a text that says more; a close reason holds 123 bytes.</summary>
    public CloseCode Because(string text) => this with { Text = text };

    /// <summary>RFC 6455 section 7.4: what a peer may send.</summary>
    public static bool MayBeSent(int code) => code is >= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999;

    /// <summary>The code to reply to a peer's close frame with, RFC 6455 section 5.5.1: its own, or what is wrong with the frame.</summary>
    public static CloseCode ReplyTo(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == 0) return NoStatus;
        if (payload.Length == 1) return Protocol.Because("a close code has two bytes");
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MayBeSent(code)) return Protocol.Because("not a close code that may be sent");
        return Utf8.IsValid(payload[2..]) ? new CloseCode(code, "") : InvalidUtf8;
    }
}
