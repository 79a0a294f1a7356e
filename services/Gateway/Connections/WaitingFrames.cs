using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.Connections;

/// <summary>
/// The frames that wait for one slow connection, bounded by bytes and count. Exists only while something waits. Not thread-safe.
/// </summary>
internal sealed class WaitingFrames(QueueLimits limits)
{
    private readonly List<Frame?> _frames = [];
    private int _head;
    private HashSet<Target>? _gaps;

    public int Bytes { get; private set; }

    public int Count { get; private set; }

    /// <summary>Puts a frame last; false when it does not fit and the policy is to close.</summary>
    public bool TryAdd(Frame frame, OverflowPolicy overflow)
    {
        if (frame.Key is not null) RemoveReplaced(frame);
        if (!Fits(frame) && overflow == OverflowPolicy.Close) return false;
        while (!Fits(frame))
        {
            (_gaps ??= []).Add(frame.Target!.Value);
            if (!DropOldestOf(frame.Target.Value)) return true;
        }

        Add(frame);
        return true;
    }

    /// <summary>Puts a frame last whatever the bounds: the closing frame.</summary>
    public void Add(Frame frame)
    {
        _frames.Add(frame);
        Bytes += frame.Bytes.Length;
        Count++;
    }

    /// <summary>Takes the next frames, up to about <paramref name="bytes"/> but at least one; false when none waits.</summary>
    /// <param name="bytes">How much to take.</param>
    /// <param name="gapFrame">Renders what tells of dropped messages; it goes before the frames that were kept.</param>
    /// <param name="taken">Receives the frames.</param>
    public bool Take(int bytes, Func<Target, Frame> gapFrame, List<Frame> taken)
    {
        foreach (var target in _gaps ?? []) taken.Add(gapFrame(target));
        _gaps = null;
        while (_head < _frames.Count && bytes > 0)
        {
            if (_frames[_head] is { } frame)
            {
                taken.Add(frame);
                bytes -= frame.Bytes.Length;
                Remove(_head);
            }

            _head++;
        }

        Compact();
        return taken.Count > 0;
    }

    private bool Fits(Frame frame) => Count == 0 || (Bytes + frame.Bytes.Length <= limits.Bytes && Count < limits.Frames);

    private void RemoveReplaced(Frame newer)
    {
        for (var i = _head; i < _frames.Count; i++)
        {
            if (_frames[i] is not { } older || !newer.Replaces(older)) continue;
            Remove(i);
            Compact();
            return;
        }
    }

    private bool DropOldestOf(Target target)
    {
        for (var i = _head; i < _frames.Count; i++)
        {
            if (_frames[i]?.Target != target) continue;
            Remove(i);
            Compact();
            return true;
        }

        return false;
    }

    private void Remove(int index)
    {
        Bytes -= _frames[index]!.Bytes.Length;
        Count--;
        _frames[index] = null;
    }

    /// <summary>Holes may stand anywhere, since a replaced frame leaves one too: never more of them than frames.</summary>
    private void Compact()
    {
        while (_head < _frames.Count && _frames[_head] is null) _head++;
        if (Count > 0 && (_frames.Count <= 64 || _frames.Count <= 2 * Count)) return;
        _frames.RemoveAll(static frame => frame is null);
        _head = 0;
    }
}
