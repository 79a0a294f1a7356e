using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// Frames that go to many connections at once: as they are, for those that must wait, and joined into one run of bytes,
/// built once for all, for those that can take it in one write. Reused by its owner after the round.
/// </summary>
internal sealed class FrameBatch
{
    private readonly List<Frame> _frames = [];
    private byte[] _joined = [];
    private int _length;

    public IReadOnlyList<Frame> Frames => _frames;

    public int Length => _length;

    public OverflowPolicy Overflow { get; set; }

    public ReadOnlySpan<byte> Joined => _frames.Count == 1 ? _frames[0].Bytes : _joined.AsSpan(0, _length);

    public void Add(Frame frame)
    {
        _frames.Add(frame);
        _length += frame.Bytes.Length;
    }

    /// <summary>Called once after the last <see cref="Add"/>.</summary>
    public void Join()
    {
        if (_frames.Count == 1) return;
        if (_joined.Length < _length) _joined = GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_length));
        var at = 0;
        foreach (var frame in _frames)
        {
            frame.Bytes.CopyTo(_joined, at);
            at += frame.Bytes.Length;
        }
    }

    public void Clear()
    {
        _frames.Clear();
        _length = 0;
    }
}
