using System.Security.Cryptography;
using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers;

/// <summary>The processes of a measurement: Redis, the gateway, the baselines. Ends the processes that it started.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<ChildServer> _children = [];
    private readonly Dictionary<string, ChildServer> _servers = [];
    private readonly Dictionary<string, Func<CancellationToken, Task<(ChildServer, ServerUnderTest)>>> _starts = [];

    public required RedisAddress Redis { get; init; }

    /// <summary>The first is the one that the others are compared with.</summary>
    public List<ServerUnderTest> Servers { get; } = [];

    public static async Task<Stage> SetAsync(RunOptions options, CancellationToken cancellation)
    {
        var ownRedis = options.Redis is null && (options.Start || options.Url is null);
        var (child, redis) = ownRedis ? await RedisServer.StartAsync(cancellation) : (null, options.Redis ?? RedisAddress.Parse("127.0.0.1:6379"));
        var stage = new Stage { Redis = redis };
        if (child is not null) stage._children.Add(child);
        try
        {
            await stage.FillAsync(options, cancellation);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>True if the server can be restarted, so that its memory has no earlier allocations.</summary>
    public bool CanRestart(ServerUnderTest server) => _starts.ContainsKey(server.Name);

    public async Task<ServerUnderTest> RestartAsync(ServerUnderTest server, CancellationToken cancellation)
    {
        await _servers[server.Name].DisposeAsync();
        var (child, fresh) = await _starts[server.Name](cancellation);
        _servers[server.Name] = child;
        Servers[Servers.FindIndex(s => s.Name == server.Name)] = fresh;
        return fresh;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _servers.Values.Concat(_children)) await child.DisposeAsync();
    }

    private async Task FillAsync(RunOptions options, CancellationToken cancellation)
    {
        var secret = options.Secret ?? RandomNumberGenerator.GetHexString(64);
        if (options.Start)
        {
            await AddGatewayAsync(ServerUnderTest.Subject, options.Gateway ?? GatewayProcess.Find(), "gateway");
        }
        else if (options.Url is { } url)
        {
            Servers.Add(Running(options, url));
        }

        if (options.Against is { } other) await AddGatewayAsync(ServerUnderTest.Against, other, "lt-against");
        foreach (var name in options.Compare) await AddAsync(name, c => Baseline.StartAsync(name, Redis, secret, c), cancellation);
        if (Servers.Count == 0) throw new IOException("nothing to measure: give --url, --start or --compare");

        Task AddGatewayAsync(string name, string dll, string prefix) =>
            AddAsync(name, c => GatewayProcess.StartAsync(name, Path.GetFullPath(dll), Redis, prefix, secret, options.Settings, c), cancellation);
    }

    private async Task AddAsync(string name, Func<CancellationToken, Task<(ChildServer, ServerUnderTest)>> start, CancellationToken cancellation)
    {
        _starts[name] = start;
        var (child, server) = await start(cancellation);
        _servers[name] = child;
        Servers.Add(server);
    }

    private static ServerUnderTest Running(RunOptions options, string url) => new()
    {
        Name = ServerUnderTest.Subject,
        Url = url,
        Dialect = options.Dialect,
        Prefix = options.Prefix,
        Secret = options.Secret ?? throw new IOException("--url needs --secret (or JWT_SECRET): every connection has a token of its own"),
        Pid = options.Pid ?? ListeningProcess.Find(new Uri(url).Port)
            ?? throw new IOException($"no process of this machine listens on the port of {url}: give --pid, or run the tool beside the server"),
    };
}
