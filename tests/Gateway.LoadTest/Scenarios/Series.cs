namespace Gateway.LoadTest.Scenarios;

/// <summary>Messages to publish, and to how many each should come.</summary>
internal sealed record Series
{
    /// <summary>Messages a second; 0: all at once.</summary>
    public required double Rate { get; init; }

    public required long Total { get; init; }

    /// <summary>Receivers of one message.</summary>
    public required int PerMessage { get; init; }

    /// <summary>A warm-up goes no faster than this.</summary>
    public double WarmUpRate { get; init; } = 100;

    public int Size { get; init; } = 200;

    public int Keys { get; init; } = 1;

    public bool ToUsers { get; init; }
}
