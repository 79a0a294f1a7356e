using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Measure;

/// <summary>The order of a message relative to those before it.</summary>
internal enum Arrival : byte
{
    InOrder,

    /// <summary>Earlier ones are missing so far.</summary>
    Ahead,

    /// <summary>It was counted as missing: it is not lost, but out of order.</summary>
    Late,

    /// <summary>It was received before.</summary>
    Again,
}

/// <summary>
/// Sequence numbers of one target at one connection, counting from 1: which are missing, duplicate or out of order. Remembers
/// the last 64, as the anti-replay window of RFC 4303 does.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct SequenceTrack
{
    private uint _last;
    private ulong _seen;

    /// <summary>The highest number so far; 0: none.</summary>
    public readonly uint Last => _last;

    /// <summary>Accepts the next number as the first: for a connection that joins while messages are published.</summary>
    public void StartAt(uint sequence)
    {
        _last = sequence;
        _seen = ulong.MaxValue;
    }

    /// <param name="sequence">The number that has arrived.</param>
    /// <param name="missing">How many are missing before it, when it is ahead.</param>
    public Arrival Take(uint sequence, out uint missing)
    {
        missing = 0;
        if (sequence > _last)
        {
            missing = sequence - _last - 1;
            _seen = missing >= 63 ? 1 : _seen << (int)(missing + 1) | 1;
            _last = sequence;
            return missing == 0 ? Arrival.InOrder : Arrival.Ahead;
        }

        var age = _last - sequence;
        if (age >= 64) return Arrival.Again;
        var bit = 1UL << (int)age;
        if ((_seen & bit) != 0) return Arrival.Again;
        _seen |= bit;
        return Arrival.Late;
    }
}
