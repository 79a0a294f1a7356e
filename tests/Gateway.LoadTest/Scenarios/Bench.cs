using Gateway.LoadTest.Client;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>The parts that every scenario uses: the connections, a publisher, and the series of messages that it measures.</summary>
internal sealed class Bench(RunOptions options, Stage stage) : IAsyncDisposable
{
    /// <summary>Timed deliveries per second that do not slow down the client.</summary>
    private const int TimedPerSecond = 20_000;

    private readonly Dictionary<string, IPublisher> _publishers = [];

    // Tokens outlive the longest run; all tokens of a run expire together, so that the same token can be created again.
    private readonly long _expires = TimeProvider.System.GetUtcNow().AddHours(6).ToUnixTimeSeconds();
    private byte _phase;
    private int _generation;

    public RunOptions Options => options;

    public Fleet Fleet { get; } = new(options.Loops);

    /// <summary>Connections of another process on the same servers, measured at the same time.</summary>
    public Bench Beside() => new(options, stage);

    public OpenPlan Plan(ServerUnderTest server, int connections) => new()
    {
        Url = server.Url,
        Dialect = server.Dialect,
        Secret = server.Secret,
        Expires = _expires,
        Count = connections,
        InFlight = options.InFlight,
    };

    /// <summary>Creates tokens that no server has received in this run.</summary>
    public int NextGeneration() => ++_generation;

    /// <summary>Publishes a few of the same messages first, so that the measured code is compiled and stable.</summary>
    public async Task WarmUpAsync(ServerUnderTest server, Series series, CancellationToken cancellation)
    {
        if (options.Warmup == 0) return;
        var rate = series.Rate == 0 ? 1000 : Math.Min(series.Rate, series.WarmUpRate);
        await MeasureAsync(server, series with { Rate = rate, Total = Math.Max(1, (long)(rate * options.Warmup)) }, cancellation);
    }

    public async Task<Outcome> MeasureAsync(ServerUnderTest server, Series series, CancellationToken cancellation)
    {
        var plan = new PublishPlan
        {
            Phase = ++_phase, Rate = series.Rate, Total = series.Total, Keys = series.Keys, ToUsers = series.ToUsers, Size = series.Size,
        };
        var timeEvery = series.Rate == 0 ? 1 : Math.Max(1, (int)(series.Rate * series.PerMessage / TimedPerSecond));
        await Fleet.StartPhaseAsync(_phase, timeEvery, series.GatherMs, cancellation);
        return await new Measured(this, server, plan, series.PerMessage).RunAsync(await PublisherAsync(server, cancellation), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        foreach (var publisher in _publishers.Values) await publisher.DisposeAsync();
    }

    private async Task<IPublisher> PublisherAsync(ServerUnderTest server, CancellationToken cancellation)
    {
        if (_publishers.TryGetValue(server.Prefix, out var publisher)) return publisher;
        publisher = options.PublishUrl is { } url && server.Name == ServerUnderTest.Subject
            ? new HttpPublisher(url, new TokenMint(server.Secret, _expires).ForPublisher())
            : await RedisPublisher.ConnectAsync(stage.Redis, server.Prefix, cancellation);
        return _publishers[server.Prefix] = publisher;
    }
}
