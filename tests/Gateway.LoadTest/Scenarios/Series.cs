namespace Gateway.LoadTest.Scenarios;

/// <summary>Messages to publish, and the number of receivers of each.</summary>
internal sealed record Series
{
    /// <summary>Messages a second; 0: all at once.</summary>
    public required double Rate { get; init; }

    public required long Total { get; init; }

    /// <summary>Receivers of one message.</summary>
    public required int PerMessage { get; init; }

    /// <summary>The maximum rate of a warm-up.</summary>
    public double WarmUpRate { get; init; } = 100;

    public int Size { get; init; } = 200;

    public int Keys { get; init; } = 1;

    public bool ToUsers { get; init; }

    /// <summary>Connections that are not timed may be read when several messages have arrived.</summary>
    public bool MayGather { get; init; }

    /// <summary>How often they are read: a handful of messages, at least every 40 ms; 0: at once, where fewer would come or far more.</summary>
    public int GatherMs => MayGather && Rate is >= 75 and <= 1000 ? (int)Math.Min(40, 4000 / Rate) : 0;
}
