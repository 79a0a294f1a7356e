using System.CommandLine;
using Gateway.LoadTest.Output;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest;

/// <summary>The options that every scenario has.</summary>
internal sealed class CliOptions
{
    private readonly Option<string?> _url = new("--url") { Description = "a running gateway, ws://host:port/ws" };
    private readonly Option<string> _dialect = new("--dialect") { Description = "what it speaks: native, signalr or bare", DefaultValueFactory = _ => "native" };
    private readonly Option<string?> _redis = new("--redis") { Description = "host:port; without --url an own redis-server is started" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "of the gateway's Redis channels", DefaultValueFactory = _ => "gateway" };
    private readonly Option<Uri?> _publishUrl = new("--publish-url") { Description = "publish by POST to this /publish instead of Redis" };
    private readonly Option<string?> _secret = new("--secret") { Description = "HS256 secret of the gateway; also from JWT_SECRET" };
    private readonly Option<int?> _pid = new("--pid") { Description = "the server process; otherwise found by its port" };
    private readonly Option<bool> _start = new("--start") { Description = "start redis-server and the gateway for this run" };
    private readonly Option<string?> _gateway = new("--gateway") { Description = "path of Gateway.dll for --start; otherwise this repository's build" };
    private readonly Option<string?> _against = new("--against") { Description = "path of another build's Gateway.dll, which is measured in turn with the first one" };
    private readonly Option<string[]> _set = new("--set") { Description = "Section__Name=value for the started gateways; may be repeated" };
    private readonly Option<string[]> _compare = new("--compare") { Description = $"measure baselines beside it: {string.Join(", ", Baseline.All)}; none named: all", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _rounds = new("--rounds") { Description = "medians of so many, servers taking turns", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _connections = new("--connections", "-c") { Description = "instead of the scenario's" };
    private readonly Option<double?> _rate = new("--rate", "-r") { Description = "messages a second, instead of the scenario's" };
    private readonly Option<int?> _seconds = new("--seconds", "-s") { Description = "instead of the scenario's" };
    private readonly Option<int?> _size = new("--size") { Description = "bytes of a published message, instead of the scenario's" };
    private readonly Option<int> _warmup = new("--warmup") { Description = "seconds of the same load before it counts", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _loops = new("--loops") { Description = "poll loops of a client process", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _inFlight = new("--in-flight") { Description = "handshakes under way at a time, per loop", DefaultValueFactory = _ => 64 };
    private readonly Option<string?> _json = new("--json") { Description = "write all rounds and medians to this file" };
    private readonly Option<string?> _slo = new("--slo") { Description = "bounds that make the exit code: p99=12ms,loss=0,cpu=1.3xfloor,saturate.deliveries=1000k" };

    public CliOptions(Command command)
    {
        Option[] all =
        [
            _url, _dialect, _redis, _prefix, _publishUrl, _secret, _pid, _start, _gateway, _against, _set, _compare, _rounds, _connections, _rate, _seconds, _size,
            _warmup, _loops, _inFlight, _json, _slo,
        ];
        foreach (var option in all) command.Add(option);
    }

    public RunOptions Read(ParseResult parsed) => new()
    {
        Url = parsed.GetValue(_url),
        Dialect = parsed.GetValue(_dialect)!,
        Redis = parsed.GetValue(_redis) is { } redis ? RedisAddress.Parse(redis) : null,
        Prefix = parsed.GetValue(_prefix)!,
        PublishUrl = parsed.GetValue(_publishUrl),
        Secret = parsed.GetValue(_secret) ?? Environment.GetEnvironmentVariable("JWT_SECRET"),
        Pid = parsed.GetValue(_pid),
        Start = parsed.GetValue(_start),
        Gateway = parsed.GetValue(_gateway),
        Against = parsed.GetValue(_against),
        Settings = parsed.GetValue(_set) ?? [],
        Compare = parsed.GetResult(_compare) is { Implicit: false } ? parsed.GetValue(_compare) is { Length: > 0 } named ? named : Baseline.All : [],
        Rounds = parsed.GetValue(_rounds),
        Connections = parsed.GetValue(_connections),
        Rate = parsed.GetValue(_rate),
        Seconds = parsed.GetValue(_seconds),
        Size = parsed.GetValue(_size),
        Warmup = parsed.GetValue(_warmup),
        Loops = parsed.GetValue(_loops),
        InFlight = parsed.GetValue(_inFlight),
        Json = parsed.GetValue(_json),
        Slos = parsed.GetValue(_slo) is { } slo ? Slo.ParseAll(slo) : [],
    };
}
