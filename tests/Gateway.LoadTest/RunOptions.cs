using Gateway.LoadTest.Output;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest;

/// <summary>The options of the command line.</summary>
internal sealed record RunOptions
{
    public string? Url { get; init; }

    public string Dialect { get; init; } = "native";

    public RedisAddress? Redis { get; init; }

    public string Prefix { get; init; } = "gateway";

    /// <summary>Publish over HTTP instead of Redis.</summary>
    public Uri? PublishUrl { get; init; }

    public string? Secret { get; init; }

    public int? Pid { get; init; }

    /// <summary>Start Redis and the product for this run.</summary>
    public bool Start { get; init; }

    public string? Gateway { get; init; }

    /// <summary>Gateway.dll of another build, measured in turn with the first one.</summary>
    public string? Against { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    public IReadOnlyList<string> Compare { get; init; } = [];

    public int Rounds { get; init; } = 1;

    /// <summary>Poll loops of a worker process.</summary>
    public int Loops { get; init; } = 1;

    public int? Connections { get; init; }

    public double? Rate { get; init; }

    public int? Seconds { get; init; }

    public int? Size { get; init; }

    public int Warmup { get; init; } = 3;

    public int InFlight { get; init; } = 64;

    public string? Json { get; init; }

    public IReadOnlyList<Slo> Slos { get; init; } = [];
}
