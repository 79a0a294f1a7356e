using System.Buffers;

namespace Gateway.WebSockets;

/// <summary>
/// Finds the peer's close frame behind the frames it sent before it saw ours; their content is ignored. After an invalid header
/// the frames that follow cannot be told apart, so nothing is found.
/// </summary>
/// <param name="skip">Payload bytes still to come of the frame that was being read.</param>
internal sealed class CloseFrameScanner(long skip)
{
    private long _skip = skip;
    private bool _invalid;

    /// <summary>Consumes what is of no use any more; true when the close frame begins at what is left.</summary>
    public bool Find(ref ReadOnlySequence<byte> buffer)
    {
        while (!_invalid)
        {
            var skipped = Math.Min(_skip, buffer.Length);
            buffer = buffer.Slice(skipped);
            _skip -= skipped;
            if (_skip > 0) return false;
            if (FrameHeader.TryRead(buffer, out var violation) is not { } header)
            {
                _invalid = violation is not null;
                if (!_invalid) return false;
                break;
            }

            if (header.Opcode == Opcode.Close) return true;
            buffer = buffer.Slice(header.Size);
            _skip = header.Length;
        }

        buffer = buffer.Slice(buffer.End);
        return false;
    }
}
