using System.Diagnostics;
using System.Globalization;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers;

/// <summary>The product, started for this run with the required settings only.</summary>
internal static class GatewayProcess
{
    /// <param name="name">What it is called in the results.</param>
    /// <param name="dll">Path of Gateway.dll.</param>
    /// <param name="redis">Its Redis.</param>
    /// <param name="prefix">Of its Redis channels.</param>
    /// <param name="secret">Signs the tokens.</param>
    /// <param name="settings">Further settings, <c>Section__Name=value</c>.</param>
    /// <param name="cancellation">Gives the start up.</param>
    public static async Task<(ChildServer Child, ServerUnderTest Server)> StartAsync(
        string name, string dll, RedisAddress redis, string prefix, string secret, IEnumerable<string> settings, CancellationToken cancellation)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo("dotnet", [dll])
        {
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(dll),
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["REDIS_HOST"] = redis.Host,
                ["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture),
                ["Redis__Prefix"] = prefix,
                ["JWT_SECRET"] = secret,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw new ArgumentException($"'{setting}' is not of the form Section__Name=value", nameof(settings));
            start.Environment[setting[..at]] = setting[(at + 1)..];
        }

        var child = await ChildServer.StartAsync(start, port, cancellation);
        return (child, new ServerUnderTest
        {
            Name = name,
            Url = $"ws://127.0.0.1:{port}/ws",
            Dialect = "native",
            Prefix = prefix,
            Pid = child.Pid,
            Secret = secret,
        });
    }

    /// <summary>Gateway.dll of the last build of this repository.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln"))) continue;
            var built = new[] { "Release", "Debug" }.Select(c => Path.Combine(folder.FullName, "services/Gateway/bin", c, "net10.0/Gateway.dll"));
            return built.FirstOrDefault(File.Exists)
                ?? throw new IOException("Gateway.dll has not been built: run 'dotnet build services/Gateway -c Release', or give its path with --gateway");
        }

        throw new IOException("no Gateway.dll found beside this tool: give its path with --gateway");
    }
}
