using System.Globalization;
using Gateway.LoadTest.Publish;
using Gateway.LoadTest.Servers.Floor;
using Gateway.LoadTest.Servers.Plain;
using Gateway.LoadTest.Servers.SignalR;

namespace Gateway.LoadTest.Servers;

/// <summary>The servers that are part of the tool, each in its own child process.</summary>
internal static class Baseline
{
    public const string Plain = "plain", SignalR = "signalr", Floor = "floor", FloorJoined = "floor-joined";

    public static readonly IReadOnlyList<string> All = [Plain, SignalR, Floor, FloorJoined];

    // In the environment: a command line is open to every user of the machine.
    private const string SecretVariable = "LOADTEST_SECRET";

    /// <summary>Runs in the child process.</summary>
    public static Task ServeAsync(string name, int port, RedisAddress redis, string prefix, CancellationToken cancellation)
    {
        var secret = Environment.GetEnvironmentVariable(SecretVariable) ?? "";
        return name switch
        {
            Plain => PlainServer.RunAsync(port, redis, prefix, secret, cancellation),
            SignalR => SignalRServer.RunAsync(port, redis, prefix, secret, cancellation),
            Floor => FloorServer.RunAsync(port, redis, prefix, joined: false, cancellation),
            FloorJoined => FloorServer.RunAsync(port, redis, prefix, joined: true, cancellation),
            _ => throw new ArgumentException($"'{name}' is no baseline: {string.Join(", ", All)}", nameof(name)),
        };
    }

    public static async Task<(ChildServer Child, ServerUnderTest Server)> StartAsync(
        string name, RedisAddress redis, string secret, CancellationToken cancellation)
    {
        var port = FreePort.Next();
        var prefix = $"lt-{name}";
        var start = OwnProcess.Start(
            ["serve", name, "--port", port.ToString(CultureInfo.InvariantCulture), "--redis", redis.ToString(), "--prefix", prefix]);
        start.Environment[SecretVariable] = secret;
        var child = await ChildServer.StartAsync(start, port, cancellation);
        return (child, new ServerUnderTest
        {
            Name = name,
            Url = $"ws://127.0.0.1:{port}/ws",
            Dialect = name switch { SignalR => "signalr", Plain => "native", _ => "bare" },
            Prefix = prefix,
            Pid = child.Pid,
            Secret = secret,
        });
    }
}
