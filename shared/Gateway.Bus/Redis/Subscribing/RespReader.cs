using System.Buffers.Text;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// The part of RESP2 that a subscription connection uses: pushed arrays of bulk strings, and status and error replies.
/// Stateless: an incomplete push is read again from its beginning when more bytes have arrived.
/// </summary>
internal ref struct RespReader(ReadOnlySpan<byte> input, int maxPayload)
{
    /// <summary>Maximum length of a line. The longest lines are error replies.</summary>
    public const int MaxLine = 16 * 1024;

    /// <summary>Maximum length of a channel name; the gateway's are below 1 KiB.</summary>
    public const int MaxChannel = 64 * 1024;

    /// <summary>Room for the largest message and what other publishers wrap around it; longer payloads never enter the buffer.</summary>
    public const int MaxPayload = Message.MaxBytes + 1024;

    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;

    /// <summary>Reads the push at the beginning. Throws <see cref="InvalidDataException"/> for input that is not RESP2.</summary>
    public RespPush Read()
    {
        _at = 0;
        if (_input.IsEmpty) return default;
        return _input[0] switch
        {
            (byte)'*' => ReadArray(),
            (byte)'+' => ReadLine(out var text) ? new RespPush(text.SequenceEqual("PONG"u8) ? RespKind.Pong : RespKind.Ok, _at) : default,
            (byte)'-' => ReadLine(out var words) ? new RespPush(RespKind.Error, _at, payload: words) : default,
            _ => throw Invalid("a reply with an unknown first byte"),
        };
    }

    private RespPush ReadArray()
    {
        if (!ReadNumber((byte)'*', 2, 3, out var count) || !ReadBulk(MaxLine, out var word)) return default;
        if (word.SequenceEqual("message"u8) && count == 3) return ReadMessage();
        if (word.SequenceEqual("subscribe"u8) && count == 3) return ReadConfirmation(RespKind.Subscribed);
        if (word.SequenceEqual("unsubscribe"u8) && count == 3) return ReadConfirmation(RespKind.Unsubscribed);
        if (word.SequenceEqual("pong"u8) && count == 2) return ReadBulk(MaxLine, out _) ? new RespPush(RespKind.Pong, _at) : default;
        throw Invalid("an unknown kind of push");
    }

    private RespPush ReadMessage()
    {
        if (!ReadBulk(MaxChannel, out var channel) || !ReadNumber((byte)'$', 0, int.MaxValue, out var length)) return default;
        if (length > maxPayload) return new RespPush(RespKind.OversizedMessage, _at, channel, toSkip: length + 2L);
        return ReadBody(length, out var payload) ? new RespPush(RespKind.Message, _at, channel, payload) : default;
    }

    private RespPush ReadConfirmation(RespKind kind) =>
        ReadBulk(MaxChannel, out var channel) && ReadNumber((byte)':', 0, int.MaxValue, out _) ? new RespPush(kind, _at, channel) : default;

    private bool ReadBulk(int max, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        // -1 is the channel in the reply to an UNSUBSCRIBE without effect.
        if (!ReadNumber((byte)'$', -1, max, out var length)) return false;
        return length < 0 || ReadBody(length, out bytes);
    }

    private bool ReadBody(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_input.Length - _at < length + 2L) return false;
        bytes = _input.Slice(_at, length);
        if (_input[_at + length] != '\r' || _input[_at + length + 1] != '\n') throw Invalid("a bulk string with a wrong length");
        _at += length + 2;
        return true;
    }

    private bool ReadNumber(byte sign, int min, int max, out int number)
    {
        number = 0;
        if (_at < _input.Length && _input[_at] != sign) throw Invalid("an unexpected part of a push");
        if (!ReadLine(out var digits)) return false;
        if (!Utf8Parser.TryParse(digits, out number, out var used) || used != digits.Length || number < min || number > max) throw Invalid("a number out of range");
        return true;
    }

    /// <summary>The text between the first byte and the line's end.</summary>
    private bool ReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        var rest = _input[_at..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) return rest.Length <= MaxLine ? false : throw Invalid("a line without an end");
        if (end < 2 || rest[end - 1] != '\r') throw Invalid("a line without its end");
        line = rest[1..(end - 1)];
        _at += end + 1;
        return true;
    }

    private static InvalidDataException Invalid(string what) => new($"the server sent {what}");
}

/// <summary>One push or reply, as slices of the receive buffer.</summary>
internal readonly ref struct RespPush(RespKind kind, int length, ReadOnlySpan<byte> channel = default, ReadOnlySpan<byte> payload = default, long toSkip = 0)
{
    public RespKind Kind { get; } = kind;

    /// <summary>Its length in the buffer, in bytes.</summary>
    public int Length { get; } = length;

    public ReadOnlySpan<byte> Channel { get; } = channel;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The number of bytes after <see cref="Length"/> that belong to it and are skipped.</summary>
    public long ToSkip { get; } = toSkip;
}

/// <summary>The kinds of pushes and replies on a subscription connection.</summary>
internal enum RespKind : byte
{
    /// <summary>Not completely received yet.</summary>
    Incomplete,
    Message,

    /// <summary>A message whose payload exceeds the limit; the payload's bytes follow and are skipped.</summary>
    OversizedMessage,
    Subscribed,
    Unsubscribed,
    Pong,
    Ok,

    /// <summary>An error reply, its text in <see cref="RespPush.Payload"/>.</summary>
    Error,
}
