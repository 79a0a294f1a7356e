namespace Gateway.LoadTest.Client;

/// <summary>An order to a worker: one line of JSON on its input. The worker responds with one line, a <see cref="Reply"/>.</summary>
internal sealed record Order
{
    public required OrderKind Kind { get; init; }

    /// <summary>For <see cref="OrderKind.Open"/>.</summary>
    public OpenPlan? Plan { get; init; }

    /// <summary>For <see cref="OrderKind.Phase"/>: the number in this phase's messages.</summary>
    public byte Phase { get; init; }

    /// <summary>Selects every n-th connection: those that are timed, or those that stall.</summary>
    public int Every { get; init; }

    /// <summary>For <see cref="OrderKind.Phase"/>: interval at which connections that are not timed are read; 0: at once.</summary>
    public int GatherMs { get; init; }

    /// <summary>For <see cref="OrderKind.Report"/>: how many messages were published, to keys 0 … in turn.</summary>
    public long Published { get; init; }

    /// <summary>For <see cref="OrderKind.Report"/>: the number of keys.</summary>
    public long Keys { get; init; } = 1;

    /// <summary>For <see cref="OrderKind.Churn"/>; 0 ends it.</summary>
    public double PerSecond { get; init; }
}

internal enum OrderKind
{
    Open,
    Phase,
    Count,
    Report,
    Stall,
    Churn,
    Close,
}

/// <summary>A worker's response; the responses of several workers are added.</summary>
internal sealed record Reply
{
    public string? Error { get; init; }

    public int Live { get; init; }

    /// <summary>Opening: how long it took. Report: when the last of the stalled ones had been ended.</summary>
    public double Seconds { get; init; }

    public long Messages { get; init; }

    public long Missing { get; init; }

    public long Doubled { get; init; }

    public long Disordered { get; init; }

    public long Misdirected { get; init; }

    public int Churned { get; init; }

    public IReadOnlyList<long> Latency { get; init; } = [];

    /// <summary>Failed handshakes and ended connections, by reason.</summary>
    public IReadOnlyDictionary<string, int> Reasons { get; init; } = new Dictionary<string, int>();

    public static Reply Merge(IReadOnlyCollection<Reply> replies)
    {
        var latency = new Measure.LatencyHistogram();
        foreach (var reply in replies) latency.Add(reply.Latency);
        return new Reply
        {
            Error = replies.Select(r => r.Error).FirstOrDefault(e => e is not null),
            Live = replies.Sum(r => r.Live),
            Seconds = replies.Max(r => r.Seconds),
            Messages = replies.Sum(r => r.Messages),
            Missing = replies.Sum(r => r.Missing),
            Doubled = replies.Sum(r => r.Doubled),
            Disordered = replies.Sum(r => r.Disordered),
            Misdirected = replies.Sum(r => r.Misdirected),
            Churned = replies.Sum(r => r.Churned),
            Latency = latency.ToPairs(),
            Reasons = replies.SelectMany(r => r.Reasons).GroupBy(r => r.Key).ToDictionary(g => g.Key, g => g.Sum(r => r.Value)),
        };
    }
}
