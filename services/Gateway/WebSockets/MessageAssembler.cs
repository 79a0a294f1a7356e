using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Gateway.WebSockets;

/// <summary>
/// Assembles a client's text message from its frames as their bytes arrive, within limits on bytes and fragments. Holds a buffer only
/// while a message is in progress.
/// </summary>
internal sealed class MessageAssembler(int maxBytes, int maxFragments)
{
    private byte[]? _buffer;
    private int _length, _validated, _fragments;
    private FrameHeader _frame;

    public bool InProgress => _fragments > 0;

    /// <summary>Payload bytes of the current frame that have not arrived.</summary>
    public int Remaining { get; private set; }

    public bool IsInFrame => Remaining > 0;

    /// <summary>The last byte of the final frame has arrived.</summary>
    public bool IsComplete => InProgress && _frame.Final && !IsInFrame;

    /// <summary>The message so far, valid until <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> Text => _buffer.AsMemory(0, _length);

    /// <summary>What is wrong with a data frame that arrives now, as far as its header shows.</summary>
    public CloseCode? Check(in FrameHeader header)
    {
        if (header.Opcode == Opcode.Binary) return CloseCode.Unsupported;
        if (header.Opcode == Opcode.Continuation != InProgress)
            return CloseCode.Protocol.Because(InProgress ? "a new message began inside another" : "a continuation of nothing");
        if (header.Length > maxBytes - _length) return CloseCode.TooLarge.Because($"a message is at most {maxBytes} bytes (Connections:MaxMessageBytes)");
        return maxFragments > 0 && _fragments >= maxFragments ? CloseCode.Policy.Because($"a message is at most {maxFragments} fragments") : null;
    }

    /// <summary>Begins a frame that was checked. Nothing is allocated for its declared length.</summary>
    public void Begin(in FrameHeader header)
    {
        _frame = header;
        Remaining = (int)header.Length;
        _fragments++;
    }

    /// <summary>Takes the current frame's bytes from the buffer, at least once per frame. Invalid UTF-8 is returned with the byte that makes it invalid.</summary>
    public CloseCode? Append(ref ReadOnlySequence<byte> buffer)
    {
        var length = (int)Math.Min(Remaining, buffer.Length);
        Reserve(_length + length);
        var offset = (int)_frame.Length - Remaining;
        Masking.Unmask(buffer.Slice(0, length), BitOperations.RotateRight(_frame.Mask, 8 * (offset & 3)), _buffer.AsSpan(_length));
        buffer = buffer.Slice(length);
        _length += length;
        Remaining -= length;
        return IsValid(IsComplete) ? null : CloseCode.InvalidUtf8;
    }

    public void Reset()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = _validated = _fragments = 0;
        Remaining = 0;
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

    /// <summary>How many of the last bytes may be the beginning of a character whose rest has not arrived.</summary>
    private static int UnfinishedTail(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            if (Rune.DecodeFromUtf8(text[^back..], out _, out _) == OperationStatus.NeedMoreData) return back;
        }

        return 0;
    }
}
