using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.LoadTest.Client;

namespace Gateway.LoadTest.Chaos;

/// <summary>Publishes to resuming clients while a fault happens, and counts what became of every acknowledged message at every client.</summary>
internal static class ChaosRun
{
    private static readonly TimeSpan ArrivalTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(60);

    /// <param name="plan">The load.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="gatewayDll">Path of Gateway.dll.</param>
    /// <param name="adminDll">Path of AdminApi.dll.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<ChaosResult> RunAsync(ChaosPlan plan, Fault fault, string gatewayDll, string adminDll, CancellationToken cancellation)
    {
        var secret = RandomNumberGenerator.GetHexString(64);
        await using var cluster = await ChaosCluster.StartAsync(plan with { Persistence = fault.Persistence ?? plan.Persistence }, gatewayDll, adminDll, secret, cancellation);
        var tokens = new TokenMint(secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 7200);
        var clients = Enumerable.Range(0, plan.Clients).Select(i => new ChaosClient(plan, cluster, tokens, i)).ToList();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = clients.ConvertAll(client => client.RunAsync(ended.Token));
        try
        {
            await Task.WhenAll(clients.Select(client => client.Welcomed)).WaitAsync(ConnectTimeout, cancellation);
            using var publisher = new ChaosPublisher(plan, cluster, tokens);
            await Task.WhenAll(publisher.RunAsync(plan, ended.Token), HappenAsync(plan, fault, cluster, ended.Token));
            await WaitForArrivalAsync(plan, clients, publisher, cancellation);
            await ended.CancelAsync();
            await Task.WhenAll(running);
            return Count(plan, clients, publisher);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The fault happens evenly over the run, with a pause after the last one.</summary>
    private static async Task HappenAsync(ChaosPlan plan, Fault fault, ChaosCluster cluster, CancellationToken cancellation)
    {
        var interval = TimeSpan.FromSeconds((double)plan.Seconds / (plan.Times + 1));
        for (var i = 0; i < plan.Times; i++)
        {
            await Task.Delay(interval, cancellation);
            await fault.HappenAsync(cluster, i % plan.Gateways, cancellation);
        }
    }

    private static async Task WaitForArrivalAsync(ChaosPlan plan, List<ChaosClient> clients, ChaosPublisher publisher, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var rooms = Enumerable.Range(0, plan.Rooms).ToDictionary(ChaosPlan.NameOf, publisher.Acknowledged);
        while (Stopwatch.GetElapsedTime(started) < ArrivalTimeout)
        {
            if (clients.TrueForAll(client => client.Rooms.All(room => room.Value.Has(rooms[room.Key])))) return;
            await Task.Delay(100, cancellation);
        }
    }

    private static ChaosResult Count(ChaosPlan plan, List<ChaosClient> clients, ChaosPublisher publisher)
    {
        var rooms = Enumerable.Range(0, plan.Rooms).ToDictionary(ChaosPlan.NameOf, publisher.Acknowledged);
        var tracks = clients.SelectMany(client => client.Rooms).ToList();
        foreach (var (name, track) in tracks) track.End(rooms[name]);
        return new ChaosResult(
            tracks.Sum(t => rooms[t.Key]),
            tracks.Sum(t => t.Value.Lost),
            tracks.Sum(t => t.Value.Told),
            tracks.Sum(t => t.Value.Doubled),
            tracks.Sum(t => t.Value.Disordered),
            clients.Sum(client => Math.Max(0, client.Connections - 1)),
            clients.Sum(client => client.Drained),
            clients.Sum(client => client.Cut));
    }
}
