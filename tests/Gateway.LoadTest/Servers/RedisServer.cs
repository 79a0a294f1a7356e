using System.Diagnostics;
using System.Globalization;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers;

/// <summary>A redis-server of this run, without persistence.</summary>
internal static class RedisServer
{
    public static async Task<(ChildServer Child, RedisAddress Address)> StartAsync(CancellationToken cancellation)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo("redis-server",
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--maxclients", "1000", "--dir", Path.GetTempPath(),
        ]);
        return (await ChildServer.StartAsync(start, port, cancellation), new RedisAddress("127.0.0.1", port));
    }
}
