namespace Gateway.LoadTest.Chaos;

/// <summary>Something that goes wrong during a chaos run.</summary>
/// <param name="Name">On the command line and in the report.</param>
/// <param name="Persistence">The persistence of redis-server that it needs; null: any.</param>
/// <param name="HappenAsync">Lets it happen to the gateway of this index, and waits until it is over.</param>
internal sealed record Fault(string Name, string? Persistence, Func<ChaosCluster, int, CancellationToken, Task> HappenAsync)
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("none", null, (_, _, _) => Task.CompletedTask),
        new("kill-gateway", null, (cluster, index, c) => cluster.KillGatewayAsync(index, c)),
        new("terminate-gateway", null, (cluster, index, c) => cluster.TerminateGatewayAsync(index, c)),
        new("freeze-gateway", null, (cluster, index, c) => cluster.FreezeGatewayAsync(index, TimeSpan.FromSeconds(3), c)),
        new("cut-redis", null, (cluster, _, c) => cluster.CutRedisAsync(TimeSpan.Zero, c)),
        new("cut-redis-100ms", null, (cluster, _, c) => cluster.CutRedisAsync(TimeSpan.FromMilliseconds(100), c)),
        new("cut-redis-1s", null, (cluster, _, c) => cluster.CutRedisAsync(TimeSpan.FromSeconds(1), c)),
        new("kill-redis-always", "always", (cluster, _, c) => cluster.RestartRedisAsync(c)),
        new("kill-redis-everysec", "everysec", (cluster, _, c) => cluster.RestartRedisAsync(c)),
        new("kill-redis-no", "no", (cluster, _, c) => cluster.RestartRedisAsync(c)),
    ];
}
