using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gateway.WebSockets;

/// <summary>
/// Puts a client's text message together from its frames, within bounds on bytes and fragments. Holds a buffer only while a
/// message is in progress.
/// </summary>
internal sealed class MessageAssembler(int maxBytes, int maxFragments)
{
    private byte[]? _buffer;
    private int _length, _validated, _fragments;

    public bool InProgress => _buffer is not null;

    /// <summary>The message so far; whole after the final frame, and valid until <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> Text => _buffer.AsMemory(0, _length);

    /// <summary>What is wrong with a data frame in this place, known from its header alone.</summary>
    public CloseCode? Check(in FrameHeader header)
    {
        if (header.Opcode == Opcode.Binary) return CloseCode.Unsupported;
        if (header.Opcode == Opcode.Continuation != InProgress)
            return CloseCode.Protocol.Because(InProgress ? "a new message began inside another" : "a continuation of nothing");
        if (header.Length > maxBytes - _length) return CloseCode.TooLarge.Because($"a message is at most {maxBytes} bytes");
        return _fragments >= maxFragments ? CloseCode.Policy.Because($"a message is at most {maxFragments} fragments") : null;
    }

    /// <summary>Adds one frame's payload; what is wrong with the text comes back, as early as it is known.</summary>
    public CloseCode? Add(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        Reserve(_length + (int)header.Length);
        Masking.Unmask(payload, header.Mask, _buffer.AsSpan(_length));
        _length += (int)header.Length;
        _fragments++;
        return IsValid(header.Final) ? null : CloseCode.InvalidUtf8;
    }

    public void Reset()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = _validated = _fragments = 0;
    }

    private void Reserve(int length)
    {
        if (_buffer?.Length >= length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, 256));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private bool IsValid(bool final)
    {
        var fresh = _buffer.AsSpan(_validated, _length - _validated);
        var whole = final ? fresh.Length : fresh.Length - UnfinishedTail(fresh);
        if (!Utf8.IsValid(fresh[..whole])) return false;
        _validated += whole;
        return true;
    }

    /// <summary>How many last bytes may be the beginning of a character that the next fragment ends.</summary>
    private static int UnfinishedTail(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            if (Rune.DecodeFromUtf8(text[^back..], out _, out _) == OperationStatus.NeedMoreData) return back;
        }

        return 0;
    }
}
