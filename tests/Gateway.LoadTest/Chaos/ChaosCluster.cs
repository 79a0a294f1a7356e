using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Chaos;

/// <summary>redis-server, several gateways behind a relay to it, and AdminApi, as processes of this run.</summary>
internal sealed partial class ChaosCluster : IAsyncDisposable
{
    private const int Terminate = 15, Stop = 19, Continue = 18;

    private readonly ChaosPlan _plan;
    private readonly string _gatewayDll;
    private readonly string _adminDll;
    private readonly string _secret;
    private readonly int _redisPort = FreePort.Next();
    private readonly DirectoryInfo _redisFiles = Directory.CreateTempSubdirectory("gateway-chaos-");
    private readonly RedisRelay _relay;
    private readonly int[] _ports;
    private readonly ChildServer?[] _gateways;
    private ChildServer? _redis;
    private ChildServer? _admin;

    private ChaosCluster(ChaosPlan plan, string gatewayDll, string adminDll, string secret)
    {
        (_plan, _gatewayDll, _adminDll, _secret) = (plan, gatewayDll, adminDll, secret);
        _relay = new RedisRelay(_redisPort);
        _ports = [.. Enumerable.Range(0, plan.Gateways).Select(_ => FreePort.Next())];
        _gateways = new ChildServer?[plan.Gateways];
        AdminPort = FreePort.Next();
    }

    public int AdminPort { get; }

    public static async Task<ChaosCluster> StartAsync(ChaosPlan plan, string gatewayDll, string adminDll, string secret, CancellationToken cancellation)
    {
        var cluster = new ChaosCluster(plan, gatewayDll, adminDll, secret);
        try
        {
            await cluster.StartRedisAsync(cancellation);
            cluster._admin = await ChildServer.StartAsync(cluster.Service(adminDll, cluster.AdminPort, cluster._redisPort), cluster.AdminPort, cancellation);
            await Task.WhenAll(Enumerable.Range(0, plan.Gateways).Select(i => cluster.StartGatewayAsync(i, cancellation)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The port of a gateway, whether it runs or not: a client finds out by connecting.</summary>
    public int AnyPort(Random random) => _ports[random.Next(_ports.Length)];

    /// <summary>SIGKILL, and a new process a second later.</summary>
    public async Task KillGatewayAsync(int index, CancellationToken cancellation)
    {
        await _gateways[index]!.DisposeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        await StartGatewayAsync(index, cancellation);
    }

    /// <summary>SIGTERM, and a new process when the drain is over.</summary>
    public async Task TerminateGatewayAsync(int index, CancellationToken cancellation)
    {
        Signal(_gateways[index]!.Pid, Terminate);
        await _gateways[index]!.WaitForExitAsync(cancellation);
        await StartGatewayAsync(index, cancellation);
    }

    /// <summary>SIGSTOP for a while.</summary>
    public async Task FreezeGatewayAsync(int index, TimeSpan duration, CancellationToken cancellation)
    {
        Signal(_gateways[index]!.Pid, Stop);
        await Task.Delay(duration, cancellation);
        Signal(_gateways[index]!.Pid, Continue);
    }

    /// <summary>Cuts the gateways' connections to Redis; new ones are refused for a while.</summary>
    public Task CutRedisAsync(TimeSpan duration, CancellationToken cancellation) => _relay.CutAsync(duration, cancellation);

    /// <summary>SIGKILL for redis-server, and a new process with the same files.</summary>
    public async Task RestartRedisAsync(CancellationToken cancellation)
    {
        await _redis!.DisposeAsync();
        await StartRedisAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            if (gateway is not null) await gateway.DisposeAsync();
        }

        if (_admin is not null) await _admin.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        _relay.Dispose();
        await _relay.Accepting;
        _redisFiles.Delete(recursive: true);
    }

    private async Task StartRedisAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("redis-server",
        [
            "--port", Text(_redisPort), "--bind", "127.0.0.1", "--save", "", "--dir", _redisFiles.FullName,
            .. _plan.Persistence == "no" ? new[] { "--appendonly", "no" } : ["--appendonly", "yes", "--appendfsync", _plan.Persistence],
        ]);
        _redis = await ChildServer.StartAsync(start, _redisPort, cancellation);
    }

    private async Task StartGatewayAsync(int index, CancellationToken cancellation) =>
        _gateways[index] = await ChildServer.StartAsync(Service(_gatewayDll, _ports[index], _relay.Port), _ports[index], cancellation);

    private ProcessStartInfo Service(string dll, int port, int redisPort) => new("dotnet", [dll])
    {
        UseShellExecute = false,
        WorkingDirectory = Path.GetDirectoryName(dll),
        Environment =
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["PORT"] = Text(port),
            ["REDIS_HOST"] = "127.0.0.1",
            ["REDIS_PORT"] = Text(redisPort),
            ["JWT_SECRET"] = _secret,
            ["History__Enabled"] = _plan.History ? "true" : "false",
            ["Drain__Budget"] = "2s",
            ["Logging__LogLevel__Default"] = "Warning",
        },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Signal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0) throw new IOException($"kill -{signal} {pid} failed with error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
