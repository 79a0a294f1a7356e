using System.Buffers.Text;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// The part of RESP2 that is spoken on a subscription connection: arrays of bulk strings that push, and the replies to the first
/// commands. Without state: an incomplete push is read from its beginning again when more has come.
/// </summary>
internal ref struct RespReader(ReadOnlySpan<byte> input, int maxPayload)
{
    /// <summary>Longest line that is waited for: an error reply; lengths are far shorter.</summary>
    public const int MaxLine = 16 * 1024;

    /// <summary>Longest channel name that is waited for; ours are below 1 KiB.</summary>
    public const int MaxChannel = 64 * 1024;

    /// <summary>Room for the largest message and what other publishers wrap around it; longer payloads never enter the buffer.</summary>
    public const int MaxPayload = Message.MaxBytes + 1024;

    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;

    /// <summary>Reads what stands at the beginning. Throws <see cref="InvalidDataException"/> for what no Redis says.</summary>
    public RespPush Read()
    {
        _at = 0;
        if (_input.IsEmpty) return default;
        return _input[0] switch
        {
            (byte)'*' => ReadArray(),
            (byte)'+' => ReadLine(out var text) ? new RespPush(text.SequenceEqual("PONG"u8) ? RespKind.Pong : RespKind.Ok, _at) : default,
            (byte)'-' => ReadLine(out var words) ? new RespPush(RespKind.Error, _at, payload: words) : default,
            _ => throw Broken("a reply begins with an unknown byte"),
        };
    }

    private RespPush ReadArray()
    {
        if (!ReadNumber((byte)'*', 2, 3, out var count) || !ReadBulk(MaxLine, out var word)) return default;
        if (word.SequenceEqual("message"u8) && count == 3) return ReadMessage();
        if (word.SequenceEqual("subscribe"u8) && count == 3) return ReadConfirmation(RespKind.Subscribed);
        if (word.SequenceEqual("unsubscribe"u8) && count == 3) return ReadConfirmation(RespKind.Unsubscribed);
        if (word.SequenceEqual("pong"u8) && count == 2) return ReadBulk(MaxLine, out _) ? new RespPush(RespKind.Pong, _at) : default;
        throw Broken("a push of an unknown kind");
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
        // -1 is the channel of the answer to an UNSUBSCRIBE that had nothing to do.
        if (!ReadNumber((byte)'$', -1, max, out var length)) return false;
        return length < 0 || ReadBody(length, out bytes);
    }

    private bool ReadBody(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_input.Length - _at < length + 2L) return false;
        bytes = _input.Slice(_at, length);
        if (_input[_at + length] != '\r' || _input[_at + length + 1] != '\n') throw Broken("a text that does not end where it should");
        _at += length + 2;
        return true;
    }

    private bool ReadNumber(byte sign, int min, int max, out int number)
    {
        number = 0;
        if (_at < _input.Length && _input[_at] != sign) throw Broken("another part than the one that must come");
        if (!ReadLine(out var digits)) return false;
        if (!Utf8Parser.TryParse(digits, out number, out var used) || used != digits.Length || number < min || number > max) throw Broken("a number out of range");
        return true;
    }

    /// <summary>What stands between the first byte and the line's end.</summary>
    private bool ReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        var rest = _input[_at..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) return rest.Length <= MaxLine ? false : throw Broken("a line that does not end");
        if (end < 2 || rest[end - 1] != '\r') throw Broken("a line without its end");
        line = rest[1..(end - 1)];
        _at += end + 1;
        return true;
    }

    private static InvalidDataException Broken(string what) => new($"the server sent {what}");
}

/// <summary>One thing the server said, as slices of the receive buffer.</summary>
internal readonly ref struct RespPush(RespKind kind, int length, ReadOnlySpan<byte> channel = default, ReadOnlySpan<byte> payload = default, long toSkip = 0)
{
    public RespKind Kind { get; } = kind;

    /// <summary>How many bytes of the buffer it took.</summary>
    public int Length { get; } = length;

    public ReadOnlySpan<byte> Channel { get; } = channel;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>How many bytes after <see cref="Length"/> belong to it and are not wanted.</summary>
    public long ToSkip { get; } = toSkip;
}

/// <summary>What the server says on a subscription connection.</summary>
internal enum RespKind : byte
{
    /// <summary>Not all of it is there yet.</summary>
    Incomplete,
    Message,

    /// <summary>A message whose payload is longer than any message may be; the payload's bytes follow and are passed over.</summary>
    OversizedMessage,
    Subscribed,
    Unsubscribed,
    Pong,
    Ok,

    /// <summary>An error reply, its words in <see cref="RespPush.Payload"/>.</summary>
    Error,
}
