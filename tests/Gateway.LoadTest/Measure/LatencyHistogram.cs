using System.Numerics;

namespace Gateway.LoadTest.Measure;

/// <summary>
/// Microseconds in buckets no wider than 1/64 of their value: a percentile is accurate to 1.6 %, two histograms can be added,
/// and recording is a shift and an increment.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Bits = 6;
    private const int PerDoubling = 1 << Bits;
    private readonly long[] _counts = new long[(40 - Bits) * PerDoubling];

    public long Count { get; private set; }

    public void Record(long microseconds)
    {
        _counts[Math.Min(Bucket(Math.Max(0, microseconds)), _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>The value that this share (0–1) of all recordings does not exceed, in milliseconds; 0 when nothing was recorded.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        long below = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            below += _counts[i];
            if (below >= rank && below > 0) return Middle(i) / 1000.0;
        }

        return 0;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The filled buckets as pairs of bucket and count: the form in which a worker sends its histogram.</summary>
    public IReadOnlyList<long> ToPairs() => [.. _counts.Index().Where(c => c.Item > 0).SelectMany(c => new[] { c.Index, c.Item })];

    public void Add(IReadOnlyList<long> pairs)
    {
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            _counts[pairs[i]] += pairs[i + 1];
            Count += pairs[i + 1];
        }
    }

    // Values below 64 have a bucket each; above, every doubling has 64.
    private static int Bucket(long value)
    {
        if (value < PerDoubling) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - Bits;
        return (shift << Bits) + (int)(value >> shift);
    }

    private static double Middle(int bucket)
    {
        if (bucket < PerDoubling) return bucket;
        var shift = (bucket >> Bits) - 1;
        var low = (long)(bucket - (shift << Bits)) << shift;
        return low + (1L << shift) / 2.0;
    }
}
